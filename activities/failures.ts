import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { PlatformRefusal, PlatformUncertain } from '../domain/platform.js';
import { Overtaken, QuotaWait } from './platform-gate.js';

/** An outcome that stays unknown this long needs a person (lifecycle.md). */
export const UNCERTAIN_AFTER_MS = 3_600_000;
/** Longest grace before the platform's list is believed: well within that time. */
export const LONGEST_GRACE_MS = UNCERTAIN_AFTER_MS / 2;
/** Longest pause between two tries of something that waits: an earlier slot is noticed within this time. */
export const LONGEST_PAUSE_MS = 15 * 60_000;
/** Until what the attempt that came between has done is looked at. */
const OVERTAKEN_PAUSE_MS = 1_000;

/**
 * Whether attempts without an answer have stayed so for so long that a person must look.
 * @param now in milliseconds @param since RFC 3339: the time counts from then on at the earliest
 */
export function needsPerson(open: readonly { at: Date }[], now: number, since?: string): boolean {
  if (open.length === 0) return false;
  const first = Math.min(...open.map((call) => call.at.getTime()));
  return now - Math.max(first, since === undefined ? first : Date.parse(since)) >= UNCERTAIN_AFTER_MS;
}

/**
 * Whether there was no answer of use until the contract has to go on without it: otherwise it would wait for ever where
 * the platform is at fault about this one contract only.
 * @param error as `tryAgain` gives it: the quota and the keys are waited for
 * @param until in milliseconds
 */
export function isInVain(error: unknown, until: number, now: number): boolean {
  const unanswered =
    error instanceof PlatformRefusal ||
    (error instanceof ApplicationFailure && error.type === 'PlatformUnavailable');
  return unanswered && now >= until;
}

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
  if (error instanceof Overtaken) return notYet('Overtaken', OVERTAKEN_PAUSE_MS);
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
