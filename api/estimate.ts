import type { Clock } from '../runtime/clock.js';
import type { Connection } from '../store/connections.js';
import type { ApiDeps } from './deps.js';

/** Without a quota a contract is published within this time of being accepted. */
const SOON_MS = 60_000;

/** When a contract will be published, as far as that can be told. */
export function createEstimate({
  clock,
  connection,
}: {
  clock: Clock;
  connection: Connection;
}): ApiDeps['estimate'] {
  return async ({ state }) => {
    if (connection.dailyQuota !== null) return null;
    const soon = new Date(Math.max(clock.now().getTime(), Date.parse(state.createdAt)) + SOON_MS);
    const deadline = new Date(state.deadline);
    // Nothing stands in the way of a near deadline either: it is published at once.
    return soon < deadline ? soon : new Date(state.createdAt);
  };
}
