import { PLACES } from '../domain/pace.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import { asOperator, type Database } from '../store/database.js';
import { countBeginning, markStarted } from '../store/starts.js';

/**
 * The places for contracts that are begun (docs/decisions/0086), as far as this process knows: what others begin it
 * learns with a delay. It writes down, many at a time, which contracts' workflows run, so that the worker passes over
 * them.
 */
export interface StartPlaces {
  areFree(): boolean;
  /** A start is under way. */
  take(contractId: string): void;
  /** It did not come about. */
  giveBack(contractId: string): void;
  started(contractId: string): void;
  /** Writes what is left. */
  stop(): Promise<void>;
}

const EVERY_MS = 250;

export function createStartPlaces(deps: { db: Database; clock: Clock; logger: Logger }): StartPlaces {
  const { db, clock, logger } = deps;
  /** Begun by anybody, at the last look. */
  let counted = 0;
  /** Begun here since then. */
  const since = new Set<string>();
  const toMark = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;

  const write = async (): Promise<void> => {
    const ids = [...toMark];
    toMark.clear();
    counted = await asOperator(db, async (tx) => {
      if (ids.length > 0) await markStarted(tx, ids, clock.now());
      return countBeginning(tx, clock.now());
    });
    for (const id of ids) since.delete(id);
    timer = null;
    if (counted > 0 || toMark.size > 0) later();
  };
  const later = (): void => {
    if (isStopped) return;
    timer ??= setTimeout(() => {
      write().catch((error: unknown) => {
        // Unmarked, the worker only finds that they run already.
        logger.warn({ error, operation: 'mark_started' });
        timer = null;
        since.clear();
        counted = 0;
      });
    }, EVERY_MS);
  };
  return {
    areFree: () => counted + since.size < PLACES,
    take: (contractId) => void since.add(contractId),
    giveBack: (contractId) => void since.delete(contractId),
    started(contractId) {
      toMark.add(contractId);
      later();
    },
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await write();
    },
  };
}
