import { PlatformRefusal } from '../domain/platform.js';
import type { Clock } from '../runtime/clock.js';
import { tryAgain } from './failures.js';
import type { Gate } from './platform-gate.js';

export interface CancelDeps {
  gate: Gate;
  clock: Clock;
}

/** What the platform said; where cancelling and signing cross, its word counts (promise 6). */
export type Cancellation = { kind: 'cancelled' | 'signed' | 'expired' | 'draft' | 'unknown' };

export function createCancelActivities({ gate, clock }: CancelDeps): {
  cancelContract: (input: { contractId: string; platformId: string }) => Promise<Cancellation>;
} {
  return {
    /** Asking again does no harm: the platform answers a second cancel like the first. */
    async cancelContract({ contractId, platformId }) {
      try {
        await gate({ operation: 'cancel', contractId, intent: null }, (platform) =>
          platform.cancel(platformId),
        );
        return { kind: 'cancelled' };
      } catch (error) {
        const told = error instanceof PlatformRefusal ? MEANING[error.code] : undefined;
        if (told !== undefined) return { kind: told };
        throw tryAgain(error, clock.now().getTime());
      }
    },
  };
}

const MEANING: Partial<Record<string, Cancellation['kind']>> = {
  not_cancellable: 'signed',
  already_signed: 'signed',
  cancelled: 'cancelled',
  expired: 'expired',
  not_published: 'draft',
  unknown_contract: 'unknown',
};
