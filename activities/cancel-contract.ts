import { PlatformRefusal, PlatformUncertain } from '../domain/platform.js';
import type { Clock } from '../runtime/clock.js';
import type { Database } from '../store/database.js';
import { earlierCalls, unanswered } from '../store/platform-calls.js';
import { isInVain, needsPerson, tryAgain, UNCERTAIN_AFTER_MS } from './failures.js';
import { withGrowingPauses } from './growing-pauses.js';
import type { Gate } from './platform-gate.js';

export interface CancelDeps {
  db: Database;
  gate: Gate;
  clock: Clock;
}

/** What the platform said; where cancelling and signing cross, its word counts (promise 6). */
export type Cancellation = { kind: 'cancelled' | 'signed' | 'expired' | 'draft' | 'unknown' | 'uncertain' };

export interface CancelInput {
  contractId: string;
  platformId: string;
  /** When this cancel was begun, RFC 3339: without an answer for an hour a person must look. */
  since: string;
}

export function createCancelActivities({ db, gate, clock }: CancelDeps): {
  cancelContract: (input: CancelInput) => Promise<Cancellation>;
} {
  return {
    /** Asking again does no harm: the platform answers a second cancel like the first. */
    cancelContract: withGrowingPauses(async ({ contractId, platformId, since }) => {
      const intent = `cancel:${contractId}`;
      try {
        await gate({ operation: 'cancel', contractId, intent }, (platform) => platform.cancel(platformId));
        return { kind: 'cancelled' };
      } catch (error) {
        const told = error instanceof PlatformRefusal ? MEANING[error.code] : undefined;
        if (told !== undefined) return { kind: told };
        if (error instanceof PlatformUncertain && (await isOverdue(intent, since)))
          return { kind: 'uncertain' };
        const now = clock.now().getTime();
        // Refused for a reason that nobody knows: not by itself will that change.
        const again = tryAgain(error, now);
        if (error instanceof PlatformRefusal && isInVain(again, Date.parse(since) + UNCERTAIN_AFTER_MS, now))
          return { kind: 'uncertain' };
        throw again;
      }
    }),
  };

  async function isOverdue(intent: string, since: string): Promise<boolean> {
    const calls = (await earlierCalls(db, intent)).filter((call) => call.at >= new Date(since));
    return needsPerson(unanswered(calls), clock.now().getTime());
  }
}

const MEANING: Partial<Record<string, Cancellation['kind']>> = {
  not_cancellable: 'signed',
  already_signed: 'signed',
  cancelled: 'cancelled',
  expired: 'expired',
  not_published: 'draft',
  unknown_contract: 'unknown',
};
