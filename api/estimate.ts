import type { Clock } from '../runtime/clock.js';
import type { Connection } from '../store/connections.js';
import { asOperator, type Database } from '../store/database.js';
import { estimatePublishing } from '../store/estimate.js';
import type { ApiDeps } from './deps.js';

/** Without a quota a contract is published within this time of being accepted. */
const SOON_MS = 60_000;

/** When a contract will be published, as far as that can be told (store/estimate.ts). */
export function createEstimate({
  db,
  clock,
  connection,
}: {
  db: Database;
  clock: Clock;
  connection: Connection;
}): ApiDeps['estimate'] {
  return async ({ id, state }) => {
    const now = clock.now();
    const deadline = new Date(state.deadline);
    const publishBy =
      connection.dailyQuota === null
        ? new Date(Math.max(now.getTime(), Date.parse(state.createdAt)) + SOON_MS)
        : // The queue is every client's: its length is all that is told of it.
          await asOperator(db, async (tx) => {
            const dates = await estimatePublishing(tx, connection, [{ id, deadline }], now);
            return dates.get(id) ?? now;
          });
    // Nothing stands in the way of a near deadline either: it is published at once.
    const isAtOnce = publishBy.getTime() - now.getTime() <= SOON_MS;
    return publishBy < deadline || !isAtOnce ? publishBy : new Date(state.createdAt);
  };
}
