import { creationMark } from '../../activities/create-contract.js';
import { PlatformRefusal, PlatformUncertain, type Platform } from '../../domain/platform.js';

/** The reply is lost, the request never arrives, the worker is killed after it, or the platform refuses. */
export type Strike = 'none' | 'reply' | 'request' | 'worker' | 'refuse';
export type StruckRequest = 'create' | 'sign' | 'sendSms' | 'sendSmsToAll' | 'cancel';

/** Faults for one contract alone, between our own adapter and what asks it: thousands may be set side by side. */
export interface Strikes {
  strike: (contractId: string, request: StruckRequest, strike: Strike) => void;
  expect: (contractId: string) => void;
  /** Our ids by the mark that ends the label there. */
  marks: () => ReadonlyMap<string, string>;
  /** From now on the platform does not know this contract. */
  forget: (platformId: string) => void;
  /** The next details of this contract show it as it was before anybody signed. */
  stale: (platformId: string, times: number) => void;
  /** Whether this end of an activity is lost. */
  kills: (activity: string, input: unknown) => boolean;
  platform: (real: Platform) => Platform;
}

const ACTIVITIES: Record<string, StruckRequest> = {
  createContract: 'create',
  sign: 'sign',
  sendSms: 'sendSms',
  sendSmsToAll: 'sendSmsToAll',
  cancelContract: 'cancel',
};

export function createStrikes(): Strikes {
  const set = new Map<string, Strike>();
  const marks = new Map<string, string>();
  const ids = new Map<string, string>();
  const forgotten = new Set<string>();
  const stale = new Map<string, number>();
  const take = (contractId: string | undefined, request: StruckRequest, kinds: Strike[]): Strike => {
    const key = `${contractId}:${request}`;
    const strike = set.get(key) ?? 'none';
    if (!kinds.includes(strike)) return 'none';
    set.delete(key);
    return strike;
  };
  const struck = async <T>(
    contractId: string | undefined,
    request: StruckRequest,
    ask: () => Promise<T>,
  ): Promise<T> => {
    const strike = take(contractId, request, ['reply', 'request', 'refuse']);
    if (strike === 'refuse') throw new PlatformRefusal('invalid_request', 400);
    if (strike === 'request') throw new PlatformUncertain('connection', true);
    try {
      return await ask();
    } finally {
      // Whatever it was, a refusal too, nobody hears of it.
      // oxlint-disable-next-line no-unsafe-finally
      if (strike === 'reply') throw new PlatformUncertain('connection', true);
    }
  };
  const unlessForgotten = (platformId: string): void => {
    if (forgotten.has(platformId)) throw new PlatformRefusal('unknown_contract', 404);
  };
  return {
    strike: (contractId, request, strike) => set.set(`${contractId}:${request}`, strike),
    expect: (contractId) => marks.set(creationMark(contractId), contractId),
    marks: () => marks,
    forget: (platformId) => forgotten.add(platformId),
    stale: (platformId, times) => stale.set(platformId, times),
    kills(activity, input) {
      const { contractId } = (input ?? {}) as { contractId?: string };
      const request = ACTIVITIES[activity];
      return request !== undefined && take(contractId, request, ['worker']) === 'worker';
    },
    platform: (real) => ({
      check: () => real.check(),
      create(contract, ...more) {
        const contractId = marks.get(/\[[0-9a-f]+\]$/.exec(contract.label)?.[0] ?? '');
        return struck(contractId, 'create', async () => {
          const created = await real.create(contract, ...more);
          if (contractId !== undefined) ids.set(created.platformId, contractId);
          return created;
        });
      },
      async list(filter) {
        return (await real.list(filter)).filter((listed) => !forgotten.has(listed.platformId));
      },
      async detail(platformId, ...more) {
        unlessForgotten(platformId);
        const detail = await real.detail(platformId, ...more);
        const left = stale.get(platformId) ?? 0;
        if (left === 0) return detail;
        stale.set(platformId, left - 1);
        const signatories = detail.signatories.map((one) => ({
          ...one,
          status: 'pending' as const,
          signedAt: null,
        }));
        return { ...detail, status: 'submitted', signedAt: null, signatories };
      },
      async cancel(platformId) {
        unlessForgotten(platformId);
        return struck(ids.get(platformId), 'cancel', () => real.cancel(platformId));
      },
      sendSms: (platformId, person) =>
        struck(ids.get(platformId), 'sendSms', () => real.sendSms(platformId, person)),
      sendSmsToAll: (platformId) =>
        struck(ids.get(platformId), 'sendSmsToAll', () => real.sendSmsToAll(platformId)),
      sign: (platformId, person, code) =>
        struck(ids.get(platformId), 'sign', () => real.sign(platformId, person, code)),
    }),
  };
}
