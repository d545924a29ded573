import { setTimeout as pause } from 'node:timers/promises';
import type { BusinessSystem } from './business-system.js';

export interface SteadyTraffic {
  /** Ends it; gives the ids of the contracts that it made. */
  readonly stop: () => Promise<string[]>;
}

/** Triggers and reads as long as something else goes on, two a second each; what goes wrong stands in `faults`. */
export function startTraffic(system: BusinessSystem, label: string): SteadyTraffic {
  const ids: string[] = [];
  const over = new AbortController();
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      ids.push(await system.trigger({ label, signatories: 1 }));
      await system.contract(ids.at(-1) ?? '');
      await pause(500);
    }
  };
  const running = run();
  return {
    async stop() {
      over.abort();
      await running;
      return ids;
    },
  };
}
