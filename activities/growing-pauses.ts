import { asyncLocalStorage } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { isDatabaseDown } from '../store/database-down.js';
import { LONGEST_PAUSE_MS } from './failures.js';

const FIRST_PAUSE_MS = 2_000;

/**
 * An activity that nobody waits for: each try may cost a request of the quota, so the pauses between them double, from
 * 2 seconds up to 15 minutes. Failures that name their own pause keep it; a database that is down, and a worker that
 * was killed, cost the platform nothing and have the shorter pauses of the activity's own policy.
 */
export function withGrowingPauses<I, O>(activity: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return async (input) => {
    try {
      return await activity(input);
    } catch (error) {
      throw hasOwnPause(error) ? error : ApplicationFailure.fromError(error, { nextRetryDelay: pause() });
    }
  };
}

function hasOwnPause(error: unknown): boolean {
  if (error instanceof ApplicationFailure) return error.nonRetryable === true || error.nextRetryDelay != null;
  return error instanceof CancelledFailure || isDatabaseDown(error);
}

function pause(): number {
  // Where no worker runs the activity it is its first attempt.
  const attempt = asyncLocalStorage.getStore()?.info.attempt ?? 1;
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
}
