/** Failures in a row after which an endpoint is left alone for a while. */
export const BREAKER_THRESHOLD = 10;

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** Longer than any attempt can take (15 s), so a probe that died with its process blocks nobody for long. */
const PROBE_LEASE_MS = 20_000;

/** Serialisable, one for each endpoint. Times in milliseconds since the epoch. */
export interface Breaker {
  /** Failures in a row, while closed; while open, the failures that count towards the length of the pause. */
  failures: number;
  /** Null while closed. */
  openUntil: number | null;
  /** One attempt is under way to see whether the endpoint is back. */
  probing: boolean;
}

export const CLOSED: Breaker = { failures: 0, openUntil: null, probing: false };

export type Admission = { admitted: true; breaker: Breaker } | { admitted: false; waitMs: number };

/**
 * May an attempt start now? When it may not, how long to wait before asking again: waiting uses up no
 * attempt of the schedule. After the pause exactly one caller is let through as a probe; store `breaker`
 * atomically before the attempt.
 */
export function admit(breaker: Breaker, now: number): Admission {
  if (breaker.openUntil === null) return { admitted: true, breaker };
  if (now < breaker.openUntil) return { admitted: false, waitMs: breaker.openUntil - now };
  return { admitted: true, breaker: { ...breaker, openUntil: now + PROBE_LEASE_MS, probing: true } };
}

/** The state after an attempt has succeeded or failed. */
export function recordResult(breaker: Breaker, succeeded: boolean, now: number): Breaker {
  if (succeeded) return CLOSED;
  // Stragglers that began before it opened prove nothing new: only the probe lengthens the pause.
  if (breaker.openUntil !== null && !breaker.probing) return breaker;
  const failures = breaker.failures + 1;
  if (failures < BREAKER_THRESHOLD) return { failures, openUntil: null, probing: false };
  return { failures, openUntil: now + pauseMs(failures), probing: false };
}

function pauseMs(failures: number): number {
  const doublings = Math.min(failures - BREAKER_THRESHOLD, 16);
  return Math.min(FIRST_PAUSE_MS * 2 ** doublings, LONGEST_PAUSE_MS);
}
