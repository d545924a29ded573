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

const SWEEP_MS = 500;
const BATCH = 100;
const STARTS_AT_ONCE = 20;

/** Starts the workflow of each delivery soon after its commit; the database is the queue, so nothing is lost. */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const wish = { isKicked: false, isStopped: false };
  let working: Promise<void> | null = null;

  async function work(): Promise<void> {
    while (wish.isKicked && !wish.isStopped) {
      wish.isKicked = false;
      if ((await startBatch(deps)) === BATCH) wish.isKicked = true;
    }
  }

  function kick(): void {
    wish.isKicked = true;
    if (wish.isStopped) return;
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
      wish.isStopped = true;
      clearInterval(timer);
      await working;
    },
  };
}

/** Starts what is found, several at once; what could be started is marked even when the rest could not. */
async function startBatch({ db, clock, start }: DispatcherDeps): Promise<number> {
  const found = await unstartedDeliveries(db, BATCH);
  const rest = [...found];
  const started: UnstartedDelivery[] = [];
  async function lane(): Promise<void> {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
      await start(next);
      started.push(next);
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: STARTS_AT_ONCE }, lane));
  if (started.length > 0) await markDeliveriesStarted(db, started, clock.now());
  const failed = lanes.find((lane) => lane.status === 'rejected');
  if (failed !== undefined) throw failed.reason as Error;
  return found.length;
}
