import type { Clock } from '../runtime/clock.js';
import { renewClaims, type ClaimedDelivery } from '../store/claims.js';
import type { Database } from '../store/database.js';

export interface WorkUnderWay {
  size(): number;
  add(claimed: ClaimedDelivery, work: Promise<void>): void;
  /** Prolongs the claims that have grown old; most attempts end before that. */
  renew(): Promise<void>;
  /** Resolves when all of it has ended. */
  ended(): Promise<void>;
}

/** What a killed worker held is taken by another after this time. */
export const CLAIM_MS = 6_000;
const RENEW_AFTER_MS = 2_000;

/** The claims that this process works on, kept alive until it is done with them. */
export function createWorkUnderWay({ db, clock }: { db: Database; clock: Clock }): WorkUnderWay {
  const claims = new Map<Promise<void>, { claimed: ClaimedDelivery; since: number }>();
  let renewing = false;

  async function renew(): Promise<void> {
    const now = clock.now().getTime();
    const old = [...claims.values()].filter(({ since }) => now - since >= RENEW_AFTER_MS);
    if (old.length === 0 || renewing) return;
    renewing = true;
    try {
      await renewClaims(
        db,
        old.map(({ claimed }) => claimed),
        new Date(now + CLAIM_MS),
      );
      for (const claim of old) claim.since = now;
    } finally {
      renewing = false;
    }
  }

  return {
    size: () => claims.size,
    add(claimed, work) {
      claims.set(work, { claimed, since: clock.now().getTime() });
      void work.finally(() => claims.delete(work));
    },
    renew,
    async ended() {
      await Promise.all(claims.keys());
    },
  };
}
