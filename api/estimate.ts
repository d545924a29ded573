import type { Clock } from '../runtime/clock.js';
import type { Connection } from '../store/connections.js';
import { asOperator, type Database } from '../store/database.js';
import { estimatePublishing } from '../store/estimate.js';
import type { ApiDeps } from './deps.js';

/** Without a quota a contract is published within this time of being accepted. */
const SOON_MS = 60_000;

/** When contracts will be published, as far as that can be told (store/estimate.ts). */
export function createEstimate({
  db,
  clock,
  connection,
}: {
  db: Database;
  clock: Clock;
  connection: Connection;
}): ApiDeps['estimate'] {
  return async (contracts) => {
    if (contracts.length === 0) return new Map();
    const now = clock.now();
    // The queue is every client's: its length is all that is told of it.
    const dates =
      connection.dailyQuota === null
        ? new Map(contracts.map(({ id, createdAt }) => [id, soonAfter(createdAt, now)]))
        : await asOperator(db, (tx) => estimatePublishing(tx, connection, contracts, now));
    for (const { id, deadline, createdAt } of contracts) {
      const publishBy = dates.get(id) ?? now;
      // Nothing stands in the way of a near deadline either: it is published at once.
      const isAtOnce = publishBy.getTime() - now.getTime() <= SOON_MS;
      if (publishBy >= deadline && isAtOnce) dates.set(id, createdAt);
    }
    return dates;
  };
}

function soonAfter(createdAt: Date, now: Date): Date {
  return new Date(Math.max(now.getTime(), createdAt.getTime()) + SOON_MS);
}
