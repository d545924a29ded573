import type { ContractState } from '../domain/contract/state.js';
import { PLACES, SIGNING_MS } from '../domain/pace.js';
import type { Clock } from '../runtime/clock.js';
import { inTrace } from '../runtime/telemetry/in-trace.js';
import type { Database } from '../store/database.js';
import {
  countBeginning,
  isSomebodySigning,
  markStarted,
  nextToStart,
  starterLock,
  type Unstarted,
} from '../store/starts.js';

export interface BeginDeps {
  db: Database;
  clock: Clock;
  /** Starts a contract's workflow; one that runs already is left alone. */
  startContract: (state: ContractState) => Promise<void>;
}

export interface Begun {
  started: number;
  /** No place was free: look again soon. */
  isFull: boolean;
  /** People sign: leave them the machine for a while (`PAUSE_WHILE_SIGNING_MS`). */
  isYielding: boolean;
}

/** The api starts what comes alone by itself within this time; what is older was left to us. */
const LEFT_TO_US_MS = 1_000;

/**
 * Starts the workflows of contracts that were left in PostgreSQL (promise 1), because Temporal was away or a rush
 * came: the most urgent first, as many as places are free (docs/decisions/0086). One process at a time does it; one
 * that dies meanwhile has marked nothing, and a second start of the same contract changes nothing.
 * @throws what the first start that failed threw; the others are marked all the same
 */
export function createBeginContracts({ db, clock, startContract }: BeginDeps): () => Promise<Begun> {
  const startInTrace = ({ state, traceparent }: Unstarted, now: Date): Promise<void> => {
    const waitedMs = now.getTime() - Date.parse(state.createdAt);
    return inTrace(traceparent, 'start contract', waitedMs, () => startContract(state));
  };
  return async () => {
    const { settled, isFull, isYielding } = await db.transaction().execute(async (tx) => {
      if (!(await starterLock(tx))) return { settled: [], isFull: false, isYielding: false };
      const now = clock.now();
      const isYielding = await isSomebodySigning(tx, new Date(now.getTime() - SIGNING_MS));
      const free = (isYielding ? 1 : PLACES) - (await countBeginning(tx, now));
      if (free <= 0) return { settled: [], isFull: true, isYielding };
      const next = await nextToStart(tx, new Date(now.getTime() - LEFT_TO_US_MS), free);
      const settled = await Promise.allSettled(next.map((one) => startInTrace(one, now)));
      const ids = next.flatMap(({ state }, place) =>
        settled[place]?.status === 'fulfilled' ? [state.id] : [],
      );
      if (ids.length > 0) await markStarted(tx, ids, clock.now());
      return { settled, isFull: false, isYielding };
    });
    const failed = settled.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return { started: settled.length, isFull, isYielding };
  };
}
