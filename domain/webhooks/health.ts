const HOUR_MS = 60 * 60 * 1_000;

/** An endpoint that has only failed for this long is disabled. */
export const DISABLE_AFTER_MS = 5 * 24 * HOUR_MS;

/** Its owner is told this long before. */
export const WARN_BEFORE_MS = 24 * HOUR_MS;

/** Times in milliseconds since the epoch. */
export interface EndpointHealth {
  /** The first failure since the last success (or since the endpoint was enabled). */
  firstFailureAt: number | null;
  lastSuccessAt: number | null;
  now: number;
  /** When the owner was last told that the endpoint is about to be disabled. */
  warnedAt: number | null;
}

export type HealthVerdict =
  | { action: 'none' }
  /** Tell the owner now; nothing happens before `disableAt`. */
  | { action: 'warn'; disableAt: number }
  /** Told already; failing on. */
  | { action: 'wait'; disableAt: number }
  | { action: 'disable'; disableAt: number };

/**
 * What to do about an endpoint after a failed attempt. A success ends a streak of failures; nobody is
 * disabled without having been told at least 24 hours before, however late the telling came.
 */
export function judgeHealth(health: EndpointHealth): HealthVerdict {
  const { firstFailureAt, lastSuccessAt, now } = health;
  if (firstFailureAt === null) return { action: 'none' };
  if (lastSuccessAt !== null && lastSuccessAt >= firstFailureAt) return { action: 'none' };

  const due = firstFailureAt + DISABLE_AFTER_MS;
  // A warning from an earlier streak of failures says nothing about this one.
  const warnedAt = health.warnedAt !== null && health.warnedAt >= firstFailureAt ? health.warnedAt : null;
  if (warnedAt === null) {
    if (now < due - WARN_BEFORE_MS) return { action: 'none' };
    return { action: 'warn', disableAt: Math.max(due, now + WARN_BEFORE_MS) };
  }
  const disableAt = Math.max(due, warnedAt + WARN_BEFORE_MS);
  return { action: now >= disableAt ? 'disable' : 'wait', disableAt };
}
