import { PlatformRefusal, PlatformUncertain, type Platform } from '../../../domain/platform.js';
import type { Dice } from './dice.js';
import type { Loss } from './plan.js';
import type { Timeline } from './timeline.js';

export type Request = keyof Platform;
type Struck = Request | 'record';
type Fate = Loss | 'refuse' | 'stall';

/** How long a request may stand still before it leaves: longer than its activity may take. */
const [LEAST_STALL_MS, MOST_STALL_MS] = [60_000, 600_000];

export interface NetworkDeps {
  timeline: Timeline;
  dice: Dice;
  platform: Platform;
  killWorker: () => void;
  trace: (what: string) => void;
  marks: Set<string>;
}

/** What lies between our adapter and the platform: time, and faults. */
export interface Network {
  platform: Platform;
  /** What comes of the next request of a kind. */
  strike: (request: Struck, fate: Fate) => void;
  /** What comes of every request until then. */
  outage: (until: number, loss: Loss) => void;
  mend: () => void;
  /** The platform answers as if it did not know any contract. */
  forget: (forgotten: boolean) => void;
  /** What it refused to do for somebody. */
  refusals: readonly { signatoryPlatformId: string; code: string }[];
  /** Whether the worker dies now that this request's activity, or a record, is done. */
  diesAfter: (request: Struck) => boolean;
}

export function createNetwork({ timeline, dice, platform, killWorker, trace, marks }: NetworkDeps): Network {
  const fates = new Map<Struck, Fate>();
  const refusals: { signatoryPlatformId: string; code: string }[] = [];
  let outage: { until: number; loss: Loss } | null = null;
  let forgotten = false;

  const fateOf = (request: Request): Fate => {
    if (outage !== null && timeline.now() < outage.until) return outage.loss;
    const fate = fates.get(request) ?? 'none';
    if (fate !== 'killDone') fates.delete(request);
    return fate;
  };
  const send = async <T>(
    request: Request,
    ask: () => Promise<T>,
    mayStillSend = () => Promise.resolve(true),
  ): Promise<T> => {
    const fate = fateOf(request);
    const [there, back] = [latency(dice), latency(dice)];
    trace(`${request}${fate === 'none' ? '' : `: ${fate}`}`);
    if (fate !== 'none') marks.add(`${request} ${fate}`);
    if (fate === 'unreachable') return fail(false, there);
    if (fate === 'refuse') throw new PlatformRefusal('invalid_request', 400);
    if (fate === 'stall') await timeline.sleep(dice.between(LEAST_STALL_MS, MOST_STALL_MS));
    if (!(await mayStillSend())) return fail(false, 0);
    let answer: (() => T) | null = null;
    // It arrives, whatever becomes of the one who sent it.
    const arrive = async (): Promise<void> => {
      answer = await ask().then(
        (value) => () => value,
        (error: unknown) => (): never => {
          throw error;
        },
      );
    };
    if (fate !== 'request') timeline.at(there, arrive);
    if (fate === 'killSent') timeline.at(dice.below(there + back), killWorker);
    await timeline.sleep(there + back);
    if (fate === 'request' || fate === 'reply') return fail(true, dice.pick([0, 20_000]));
    if (fate === 'killAnswered') await die();
    return answer!();
  };
  const die = async (): Promise<void> => {
    killWorker();
    await timeline.sleep(0);
  };
  const fail = async (sent: boolean, ms: number): Promise<never> => {
    await timeline.sleep(ms);
    throw new PlatformUncertain('connection', sent);
  };
  const known = <T>(request: Request, ask: () => Promise<T>): Promise<T> =>
    send(request, () => {
      if (forgotten) return Promise.reject(new PlatformRefusal('unknown_contract', 404));
      return ask();
    });
  const noting = async <T>(signatoryPlatformId: string, answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      if (error instanceof PlatformRefusal) refusals.push({ signatoryPlatformId, code: error.code });
      throw error;
    }
  };
  return {
    refusals,
    strike: (request, fate) => fates.set(request, fate),
    outage: (until, loss) => {
      outage = { until, loss };
    },
    mend: () => {
      outage = null;
      fates.clear();
    },
    forget: (now) => {
      forgotten = now;
    },
    diesAfter(request) {
      if (fates.get(request) !== 'killDone') return false;
      marks.add(`${request} killDone`);
      return fates.delete(request);
    },
    platform: {
      check: () => send('check', () => platform.check()),
      create: (contract, mayStillSend) =>
        send('create', () => platform.create(contract, () => Promise.resolve(true)), mayStillSend),
      list: (filter) => send('list', async () => (forgotten ? [] : platform.list(filter))),
      detail: (id, options) => known('detail', () => platform.detail(id, options)),
      cancel: (id) => known('cancel', () => platform.cancel(id)),
      sendSms: (id, person) => known('sendSms', () => noting(person, platform.sendSms(id, person))),
      sendSmsToAll: (id) => known('sendSmsToAll', () => platform.sendSmsToAll(id)),
      sign: (id, person, code) => known('sign', () => noting(person, platform.sign(id, person, code))),
    },
  };
}

/** Mostly quick, now and then so slow that others come in between. */
function latency(dice: Dice): number {
  return dice.below(8) === 0 ? dice.between(1_000, 8_000) : dice.between(5, 300);
}
