import { PlatformRefusal, PlatformUncertain, type Platform } from '../domain/platform.js';
import type { Clock } from '../runtime/clock.js';
import type { Connection } from '../store/connections.js';
import type { Database } from '../store/database.js';
import {
  completeCall,
  isUnderWay,
  reserveCall,
  type CallOutcome,
  type Deed,
} from '../store/platform-calls.js';

export interface GateDeps {
  db: Database;
  clock: Clock;
  connection: Connection;
  platform: Platform;
  /** Told of each call that ended: for metrics. */
  onCall?: (operation: string, outcome: CallOutcome['outcome'], code: string | null) => void;
}

/** The quota has no slot for this call before that time. */
export class QuotaWait extends Error {
  override readonly name = 'QuotaWait';
  constructor(readonly freeAt: Date) {
    super('the quota has no slot free');
  }
}

/** This attempt stood still before it was written down, and another one at the same deed has come between. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/**
 * The only way to the platform: writes the call into the ledger before it is made and completes it after it.
 * @param ask it is handed what says whether this attempt is still the one under way: another may have taken its place
 * @param idsOf the part of the answer worth keeping for an attempt that is repeated: ids and counts only
 * @throws QuotaWait, Overtaken, PlatformRefusal, PlatformUncertain
 */
export type Gate = <T>(
  deed: Deed,
  ask: (platform: Platform, isUnderWay: () => Promise<boolean>) => Promise<T>,
  idsOf?: (answer: T) => object,
) => Promise<T>;

/**
 * What has stood still for longer than this since it was written down is not sent any more. With the longest time of a
 * request (30 s; files: activities/create-contract.ts) it is over before its activity is tried again (60 s).
 */
const LATEST_START_MS = 20_000;

export function createGate({ db, clock, connection, platform, onCall }: GateDeps): Gate {
  const complete = async (operation: string, callId: number, result: CallOutcome): Promise<void> => {
    await completeCall(db, callId, result, clock.now());
    onCall?.(operation, result.outcome, result.code);
  };
  return async (deed, ask, idsOf) => {
    const at = clock.now();
    const reservation = await reserveCall(db, connection, deed, at);
    if (!reservation.granted)
      throw reservation.freeAt === null ? new Overtaken() : new QuotaWait(reservation.freeAt);
    const { callId } = reservation;
    try {
      if (clock.now().getTime() - at.getTime() > LATEST_START_MS)
        throw new PlatformUncertain('timeout', false);
      const answer = await ask(platform, () => isUnderWay(db, callId));
      const done: CallOutcome = { outcome: 'done', status: 200, code: null, counted: true };
      await complete(deed.operation, callId, idsOf ? { ...done, answer: idsOf(answer) } : done);
      return answer;
    } catch (error) {
      const result = outcomeOf(error);
      if (result !== null) await complete(deed.operation, callId, result);
      throw error;
    }
  };
}

/** Requests with bad keys, and those that found the quota used up, the platform does not count. */
const UNCOUNTED = ['invalid_keys', 'wrong_platform', 'quota_exceeded'];

function outcomeOf(error: unknown): CallOutcome | null {
  if (error instanceof PlatformRefusal) {
    const { status, code, detail } = error;
    return { outcome: 'refused', status, code, counted: !UNCOUNTED.includes(code), answer: detail };
  }
  if (error instanceof PlatformUncertain) {
    const { status, code, sent } = error;
    return { outcome: sent ? 'unknown' : 'not_sent', status, code, counted: sent };
  }
  return null;
}
