import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { PlatformRefusal, PlatformUncertain } from '../domain/platform.js';
import { QuotaWait } from './platform-gate.js';

/** An outcome that stays unknown this long needs a person (lifecycle.md). */
export const UNCERTAIN_AFTER_MS = 3_600_000;
/** Longest pause between two tries of something that waits: an earlier slot is noticed within this time. */
const LONGEST_PAUSE_MS = 15 * 60_000;

/** Not yet: tried again after the pause, without a mark in history, metrics or logs. */
export function notYet(type: string, pauseMs: number): ApplicationFailure {
  const nextRetryDelay = Math.max(100, Math.min(LONGEST_PAUSE_MS, Math.round(pauseMs)));
  return ApplicationFailure.create({
    type,
    message: type,
    nextRetryDelay,
    category: ApplicationFailureCategory.BENIGN,
  });
}

/**
 * What an activity that nobody waits for throws so that it is tried again: the quota's wait, keys that an operator
 * must mend, a platform that gives no answer. Other errors pass through.
 * @param now for the quota's wait, in milliseconds
 */
export function tryAgain(error: unknown, now: number): unknown {
  if (error instanceof QuotaWait) return notYet('QuotaExhausted', error.freeAt.getTime() - now);
  if (error instanceof PlatformRefusal && error.code === 'quota_exceeded') {
    return notYet('QuotaExhausted', error.detail.retryAfterMs ?? 60_000);
  }
  if (
    error instanceof PlatformRefusal &&
    (error.code === 'invalid_keys' || error.code === 'wrong_platform')
  ) {
    const message = `the platform refuses the keys: ${error.code}`;
    return ApplicationFailure.create({ type: 'PlatformKeys', message, nextRetryDelay: 60_000 });
  }
  if (error instanceof PlatformUncertain) {
    return ApplicationFailure.create({ type: 'PlatformUnavailable', message: error.message });
  }
  return error;
}
