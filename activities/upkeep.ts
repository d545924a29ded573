import type { ContractState } from '../domain/contract/state.js';
import type { Database } from '../store/database.js';
import { markStarted, unstartedContracts } from '../store/contracts-read.js';
import type { Clock } from '../runtime/clock.js';

export interface UpkeepDeps {
  db: Database;
  clock: Clock;
  /** Starts a contract's workflow; one that runs already is left alone. */
  startContract: (state: ContractState) => Promise<void>;
  /** Starts the watch unless it runs. */
  startWatch: () => Promise<void>;
}

/** The api starts what it accepts within this time; what is older was left behind. */
const LEFT_BEHIND_MS = 5_000;
const BATCH = 200;

export function createUpkeepActivities({ db, clock, startContract, startWatch }: UpkeepDeps): {
  startContracts: () => Promise<number>;
  ensureWatch: () => Promise<void>;
} {
  return {
    ensureWatch: startWatch,
    /** Starts the workflows of contracts that were accepted while Temporal was away (promise 1). */
    async startContracts() {
      let started = 0;
      for (;;) {
        const before = new Date(clock.now().getTime() - LEFT_BEHIND_MS);
        const states = await unstartedContracts(db, before, BATCH);
        for (const state of states) await startContract(state);
        const ids = states.map((state) => state.id);
        if (ids.length > 0) await markStarted(db, ids, clock.now());
        started += states.length;
        if (states.length < BATCH) return started;
      }
    },
  };
}
