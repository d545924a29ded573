import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import { markStarted } from '../store/contracts-read.js';
import { asOperator, type Database } from '../store/database.js';

/** Writes down, many at a time, which contracts' workflows run, so that the worker's sweep passes over them. */
export interface StartedMarker {
  started(contractId: string): void;
  /** Writes what is left. */
  stop(): Promise<void>;
}

const EVERY_MS = 250;

export function createStartedMarker(deps: { db: Database; clock: Clock; logger: Logger }): StartedMarker {
  const { db, clock, logger } = deps;
  const ids = new Set<string>();
  let timer: NodeJS.Timeout | null = null;

  const write = async (): Promise<void> => {
    timer = null;
    const due = [...ids];
    ids.clear();
    if (due.length > 0) await asOperator(db, (tx) => markStarted(tx, due, clock.now()));
  };
  return {
    started(contractId) {
      ids.add(contractId);
      // Unmarked, the sweep only finds that it runs already.
      timer ??= setTimeout(() => {
        write().catch((error: unknown) => logger.warn({ error, operation: 'mark_started' }));
      }, EVERY_MS);
    },
    async stop() {
      if (timer !== null) clearTimeout(timer);
      await write();
    },
  };
}
