import type { Begun } from './begin-contracts.js';

export interface UpkeepDeps {
  /** Starts the watch unless it runs. */
  startWatch: () => Promise<void>;
  /** As many contracts as places are free (activities/begin-contracts.ts). */
  beginContracts: () => Promise<Begun>;
}

export function createUpkeepActivities({ startWatch, beginContracts }: UpkeepDeps): {
  startContracts: () => Promise<number>;
  ensureWatch: () => Promise<void>;
} {
  return { ensureWatch: startWatch, startContracts: async () => (await beginContracts()).started };
}
