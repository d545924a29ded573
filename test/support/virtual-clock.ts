import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Clock } from '../../runtime/clock.js';

/** The time of a time-skipping server, as last read; it never goes back. */
export interface VirtualClock extends Clock {
  ms: () => number;
  read: () => Promise<Date>;
}

export function createVirtualClock(env: Pick<TestWorkflowEnvironment, 'currentTimeMs'>): VirtualClock {
  let latest = 0;
  return {
    ms: () => latest,
    now: () => new Date(latest),
    async read() {
      latest = Math.max(latest, await env.currentTimeMs());
      return new Date(latest);
    },
  };
}
