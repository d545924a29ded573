import { createCancelActivities } from '../../../activities/cancel-contract.js';
import { createCreationActivities } from '../../../activities/create-contract.js';
import { createLookActivities } from '../../../activities/look.js';
import { createGate } from '../../../activities/platform-gate.js';
import { createRecordActivities } from '../../../activities/record.js';
import { createRetrieveActivities } from '../../../activities/retrieve.js';
import { createSigningActivities } from '../../../activities/signing.js';
import { createWatchActivities } from '../../../activities/watch.js';
import { SIGNALS } from '../../../domain/messages.js';
import type { Connection } from '../../../store/connections.js';
import type { Activities } from './activity-task.js';
import type { Dice } from './dice.js';
import type { Network, Request } from './network.js';
import type { Plan } from './plan.js';
import type { Timeline } from './timeline.js';
import type { Ground } from './world.js';

export interface WorkerDeps extends Ground {
  timeline: Timeline;
  dice: Dice;
  network: Network;
  connection: Connection;
  killWorker: () => void;
  workerIn: () => number;
  /** @returns false when there is no such workflow any more */
  signal: (name: string, argument: unknown) => boolean;
  proof: Plan['proof'];
  trace: (what: string) => void;
}

/** The worker's part: the product's own activities, and the watch's turns. */
export interface SimulatedWorker {
  activities: Activities;
  mayDie: (after: string) => void;
  poll: () => void;
  verdict: (verdict: Plan['proof']) => void;
  killed: () => void;
  isQuiet: () => boolean;
}

const REQUESTS: Record<string, Request> = {
  createContract: 'create',
  sign: 'sign',
  sendSms: 'sendSms',
  sendSmsToAll: 'sendSmsToAll',
  cancelContract: 'cancel',
};
const GRACE_MS = 60_000;

export function createWorker(deps: WorkerDeps): SimulatedWorker {
  const { timeline, network, trace, workerIn } = deps;
  let verdict = deps.proof;
  let poll: 'none' | 'planned' | 'begun' = 'none';
  const all = createActivities(deps, () => verdict);
  const named = Object.entries(all).map(([name, run]) => [
    name,
    async (...args: never[]) => {
      const result = await run(...args);
      if (REQUESTS[name] !== undefined && network.diesAfter(REQUESTS[name])) {
        deps.killWorker();
        await timeline.sleep(0);
      }
      return result;
    },
  ]);
  const turn = async (): Promise<void> => {
    if (workerIn() > 0) return begin(workerIn());
    poll = 'begun';
    const { outcome, changed } = (await all['watchTurn']!()) as { outcome: string; changed: number };
    trace(`poll: ${outcome}, ${changed} changed`);
    poll = 'none';
  };
  const begin = (ms: number): void => {
    poll = 'planned';
    timeline.inWorker(ms, turn);
  };
  return {
    activities: Object.fromEntries(named) as Activities,
    mayDie(after) {
      if (after === 'record' && network.diesAfter('record')) deps.killWorker();
    },
    poll: () => {
      if (poll === 'none') begin(0);
    },
    verdict: (now) => {
      verdict = now;
    },
    // The watch's own workflow would begin the turn anew.
    killed: () => {
      if (poll === 'begun') begin(workerIn());
    },
    isQuiet: () => poll === 'none',
  };
}

function createActivities(deps: WorkerDeps, verdict: () => Plan['proof']): Activities {
  const { db, vault, timeline, network, connection, archive, dice, signal } = deps;
  const clock = { now: () => new Date(timeline.now()) };
  const gate = createGate({ db, clock, connection, platform: network.platform });
  const base = { db, clock, gate, vault };
  const verify = () =>
    Promise.resolve({ verification: verdict(), reason: verdict() === 'failed' ? 'changed' : null });
  const signalSeen = async (_contractId: string, seen: object): Promise<boolean> => {
    const heard = signal(SIGNALS.seen, seen);
    await timeline.sleep(dice.between(1, 30));
    return heard;
  };
  return {
    ...createCreationActivities({ ...base, graceMs: GRACE_MS }),
    ...createSigningActivities(base),
    ...createCancelActivities(base),
    ...createLookActivities(base),
    ...createRetrieveActivities({ ...base, archive, verify }),
    ...createRecordActivities({ db, clock, onEvents: () => undefined }),
    ...createWatchActivities({
      ...base,
      connection,
      intervals: { minMs: 60_000, maxMs: 1_800_000 },
      signalSeen,
    }),
  };
}

export const ACTIVITY_NAMES = [
  ...Object.keys(REQUESTS),
  'forgetCreation',
  'look',
  'retrieve',
  'record',
  'tellAccepted',
];
