import { setInterval } from 'node:timers';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import type { Database } from '../store/database.js';
import {
  markDeliveriesStarted,
  unstartedDeliveries,
  type UnstartedDelivery,
} from '../store/unstarted-deliveries.js';

export interface DispatcherDeps {
  db: Database;
  clock: Clock;
  logger: Logger;
  /** Starts a delivery's workflow; one that runs or ran already is left alone. */
  start: (delivery: UnstartedDelivery) => Promise<void>;
  /** What the api wrote, or a crash left behind, is found within this time. */
  sweepMs?: number;
}

export interface Dispatcher {
  /** Deliveries were written: start them now. Cheap; calls that come together are one look. */
  kick(): void;
  /** Ends the sweep; resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

const SWEEP_MS = 1_000;
const BATCH = 100;
const STARTS_AT_ONCE = 20;

/** Starts the workflow of each delivery soon after its commit; the database is the queue, so nothing is lost. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  let isKicked = false;
  let isStopped = false;
  let working: Promise<void> | null = null;

  async function work(): Promise<void> {
    while (isKicked && !isStopped) {
      isKicked = false;
      const found = await startBatch(deps);
      if (found === BATCH) isKicked = true;
    }
  }

  function kick(): void {
    isKicked = true;
    if (isStopped) return;
    working ??= work()
      // Database or Temporal away: the next sweep looks again.
      .catch((error: unknown) => deps.logger.warn({ operation: 'dispatch', error }, 'deliveries not started'))
      .finally(() => {
        working = null;
      });
  }

  const timer = setInterval(kick, deps.sweepMs ?? SWEEP_MS);
  timer.unref();
  kick();
  return {
    kick,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await working;
    },
  };
}

async function startBatch({ db, clock, start }: DispatcherDeps): Promise<number> {
  const found = await unstartedDeliveries(db, BATCH);
  const rest = [...found];
  const started: UnstartedDelivery[] = [];
  let fault: unknown;
  const lane = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined && fault === undefined; next = rest.shift()) {
      await start(next);
      started.push(next);
    }
  };
  const lanes = Array.from({ length: STARTS_AT_ONCE }, () =>
    lane().catch((error: unknown) => {
      fault ??= error;
    }),
  );
  await Promise.all(lanes);
  if (started.length > 0) await markDeliveriesStarted(db, started, clock.now());
  if (fault !== undefined) throw fault as Error;
  return found.length;
}
