const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Wait before attempt n (0-based), counted from the end of the one before it: the schedule of Standard Webhooks. */
export const ATTEMPT_DELAYS_MS: readonly number[] = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** A receiver may ask for at most this much patience. */
export const MAX_RETRY_AFTER_MS = 24 * HOUR;

/** Share of a delay by which it may differ, so that many deliveries that failed together do not return together. */
export const JITTER = 0.2;

export interface NextDelayOptions {
  /** What the receiver asked for, if it did; bounded here to MAX_RETRY_AFTER_MS. */
  retryAfterMs?: number | undefined;
  /** A number in [0, 1): in a workflow its own deterministic Math.random. */
  random: () => number;
}

/**
 * Milliseconds to wait after `attemptsMade` attempts before the next one, null when the schedule is over.
 * Within 20 % of the schedule, and never earlier than the receiver's Retry-After.
 */
export function nextDelay(attemptsMade: number, options: NextDelayOptions): number | null {
  const delay = ATTEMPT_DELAYS_MS[attemptsMade];
  if (delay === undefined) return null;
  const random = options.random();
  const jittered = delay * (1 - JITTER + 2 * JITTER * random);
  // Jitter on what the receiver asked for only ever adds: coming early would be a breach.
  const asked = boundedRetryAfter(options.retryAfterMs) * (1 + JITTER * random);
  return Math.ceil(Math.max(jittered, asked));
}

function boundedRetryAfter(retryAfterMs: number | undefined): number {
  if (retryAfterMs === undefined || !(retryAfterMs > 0)) return 0;
  return Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
}
