import { EVENT_RETENTION_DAYS } from '../domain/events.js';
import { UPLOAD_RETENTION_DAYS } from '../domain/schemas/trigger.js';
import type { Clock } from '../runtime/clock.js';
import type { Database } from '../store/database.js';
import { removeEventsBefore } from '../store/event-retention.js';
import { forgetOutcomes } from '../store/idempotency.js';
import { removeUploadsBefore } from '../store/uploads.js';

export interface EventPurgeDeps {
  db: Database;
  clock: Clock;
  /** Rows removed by one statement. */
  batch?: number;
}

const DAY_MS = 86_400_000;
const BATCH = 1_000;
/** In one run; the next is a minute away. */
const BATCHES = 100;

export function createEventPurgeActivities({ db, clock, batch = BATCH }: EventPurgeDeps): {
  purgeEvents: () => Promise<number>;
  purgeOutcomes: () => Promise<number>;
  purgeUploads: () => Promise<number>;
} {
  return {
    /** Removes events older than 90 days (api.md, *Webhooks*) in small batches. @returns how many */
    purgeEvents() {
      const before = new Date(clock.now().getTime() - EVENT_RETENTION_DAYS * DAY_MS);
      return inBatches(batch, (limit) => removeEventsBefore(db, before, limit));
    },
    /** Removes what requests were answered more than 7 days ago (api.md, *Idempotency*). @returns how many */
    purgeOutcomes: () => inBatches(batch, (limit) => forgetOutcomes(db, clock.now(), limit)),
    /** Removes PDFs that were uploaded more than 90 days ago; contracts have copies of their own. @returns how many */
    purgeUploads() {
      const now = clock.now();
      const before = new Date(now.getTime() - UPLOAD_RETENTION_DAYS * DAY_MS);
      return inBatches(batch, (limit) => removeUploadsBefore(db, { before, now, limit }));
    },
  };
}

async function inBatches(batch: number, remove: (limit: number) => Promise<number>): Promise<number> {
  let removed = 0;
  for (let n = 0; n < BATCHES; n++) {
    const count = await remove(batch);
    removed += count;
    if (count < batch) break;
  }
  return removed;
}
