import type { AttemptDelivery } from '../activities/attempt-delivery.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import { inTrace } from '../runtime/telemetry/in-trace.js';
import type { DeliveryRef } from '../store/attempts.js';
import { claimDeliveries, holdDelivery, markDeliveryStarted, type ClaimedDelivery } from '../store/claims.js';
import type { Database } from '../store/database.js';
import { CLAIM_MS, createWorkUnderWay } from './work-under-way.js';

export interface DispatcherDeps {
  db: Database;
  clock: Clock;
  logger: Logger;
  attempt: AttemptDelivery;
  /** Starts the workflow that tries again from `inMs` on; one that runs or ran already is left alone. */
  startWorkflow: (delivery: DeliveryRef & { endpointId: string }, inMs: number) => Promise<void>;
  /** What another process wrote (the api: `contract.accepted`), or a crash left behind, is found within this time. */
  sweepMs?: number;
  /** What is to be tried again within this time stays in the queue; a workflow cares for what waits longer. */
  soonMs?: number;
}

export interface Dispatcher {
  /** Deliveries were written: look now. Cheap; calls that come together are one look. */
  kick(): void;
  /** Takes no more; attempts under way get the grace, then they are cut off and given back. */
  stop(graceMs: number): Promise<void>;
}

const SWEEP_MS = 100;
/** Looking again after the database was away. */
const AWAY_MS = 1_000;
const BATCH = 100;
/**
 * Attempts under way or at the gate of their endpoint; they wait for others' servers, not for ours. An endpoint that has
 * just fallen silent holds 50 until its breaker opens (activities/endpoint-gate.ts): eighty of them leave room for others.
 */
const AT_ONCE = 5_000;
/** Longer than the first pause of the schedule: most receivers that fail once are back by then. */
const SOON_MS = 10_000;
/** Temporal or the database is away. */
const TROUBLE_MS = 5_000;

/**
 * Makes each delivery's first attempt right after its commit, from PostgreSQL, which is the queue, and the one that
 * follows within seconds; a workflow takes over what has to wait longer (docs/decisions/0055).
 */
export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { db, clock } = deps;
  const cutOff = new AbortController();
  const underWay = createWorkUnderWay(deps);
  const wish = { isKicked: false, isStopped: false };
  let looking: Promise<void> | null = null;
  let awayUntil = 0;

  async function look(): Promise<void> {
    while (wish.isKicked && !wish.isStopped && underWay.size() < AT_ONCE) {
      wish.isKicked = false;
      const now = clock.now();
      const until = new Date(now.getTime() + CLAIM_MS);
      const limit = Math.min(BATCH, AT_ONCE - underWay.size());
      const claimed = await claimDeliveries(db, { limit, now, until });
      claimed.forEach(take);
      if (claimed.length === limit) wish.isKicked = true;
    }
  }

  function take(delivery: ClaimedDelivery): void {
    const work = serveInTrace(deps, delivery, cutOff.signal)
      .catch((error: unknown) => complain(deps, error, delivery))
      .finally(() => {
        if (wish.isKicked) kick();
      });
    underWay.add(delivery, work);
  }

  function kick(): void {
    wish.isKicked = true;
    if (wish.isStopped) return;
    looking ??= look()
      .catch((error: unknown) => {
        awayUntil = clock.now().getTime() + AWAY_MS;
        complain(deps, error);
      })
      .finally(() => {
        looking = null;
      });
  }

  function sweep(): void {
    if (clock.now().getTime() < awayUntil) return;
    underWay.renew().catch((error: unknown) => complain(deps, error));
    kick();
  }

  const timer = setInterval(sweep, deps.sweepMs ?? SWEEP_MS);
  timer.unref();
  kick();
  return {
    kick,
    async stop(graceMs) {
      wish.isStopped = true;
      clearInterval(timer);
      await looking;
      const end = setTimeout(() => cutOff.abort(), graceMs);
      await underWay.ended();
      clearTimeout(end);
    },
  };
}

/** In the trace of its event, or in one of its own when that is long ago. */
function serveInTrace(deps: DispatcherDeps, claimed: ClaimedDelivery, signal: AbortSignal): Promise<void> {
  const waitedMs = deps.clock.now().getTime() - claimed.calledForAt.getTime();
  return inTrace(claimed.traceparent, 'deliver webhook', waitedMs, () => serve(deps, claimed, signal));
}

async function serve(deps: DispatcherDeps, claimed: ClaimedDelivery, signal: AbortSignal): Promise<void> {
  const { db, clock, soonMs = SOON_MS } = deps;
  const hold = (ms: number): Promise<void> => holdDelivery(db, claimed, new Date(clock.now().getTime() + ms));
  try {
    const result = await deps.attempt({ ...claimed, signal });
    if ('end' in result) return;
    // Not tried at all: that needs no workflow, only another look.
    const isUntried = result.again === 'EndpointBusy' || result.again === 'CutOff';
    if (isUntried || result.inMs <= soonMs) return await hold(result.inMs);
    await deps.startWorkflow(claimed, result.inMs);
    await markDeliveryStarted(db, claimed, clock.now());
  } catch (error) {
    await hold(TROUBLE_MS);
    throw error;
  }
}

function complain({ logger }: DispatcherDeps, error: unknown, delivery?: ClaimedDelivery): void {
  const ids = delivery === undefined ? {} : { deliveryId: delivery.deliveryId };
  logger.warn({ operation: 'dispatch', ...ids, error }, 'not dispatched; tried again');
}
