import { accountEventData } from '../domain/account-events.js';
import type { Environment } from '../domain/contract/state.js';
import type { Clock } from '../runtime/clock.js';
import { recordAccountEvent } from '../store/account-events.js';
import type { Database } from '../store/database.js';
import { expiringKeys } from '../store/keys.js';

export interface KeyDeps {
  db: Database;
  clock: Clock;
  environment: Environment;
  /** Told that deliveries wait. */
  onEvents?: () => void;
}

/** A client is told this long before its key ends. */
const NOTICE_MS = 14 * 86_400_000;

export function createKeyActivities({ db, clock, environment, onEvents }: KeyDeps): {
  announceExpiringKeys: () => Promise<number>;
} {
  return {
    /** Tells each client whose last key ends within 14 days, once a key and end (`key.expiring`). @returns how many keys */
    async announceExpiringKeys() {
      const now = clock.now();
      const keys = await expiringKeys(db, now, new Date(now.getTime() + NOTICE_MS));
      for (const { id, clientId, expiresAt } of keys) {
        await recordAccountEvent(db, {
          clientId,
          type: 'key.expiring',
          environment,
          data: accountEventData.key(id, expiresAt.toISOString()),
          // Always the same for one key and end: a repetition makes no second event.
          occurredAt: new Date(expiresAt.getTime() - NOTICE_MS),
          observedAt: now,
          key: id,
        });
      }
      if (keys.length > 0) onEvents?.();
      return keys.length;
    },
  };
}
