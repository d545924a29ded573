import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import type { Database } from '../store/database.js';
import { noteUp } from '../store/service-hours.js';

/** Three times a minute: a late timer must not leave one out. */
const EVERY_MS = 20_000;

/** Writes down, minute by minute, that the api and its database are up. @returns how to end it */
export function startHeartbeat(deps: { db: Database; clock: Clock; logger: Logger }): () => void {
  const { db, clock, logger } = deps;
  const beat = (): void => {
    noteUp(db, clock.now()).catch((error: unknown) => logger.warn({ error, operation: 'heartbeat' }));
  };
  beat();
  const timer = setInterval(beat, EVERY_MS);
  return () => clearInterval(timer);
}
