import { creationsPerWindow, interactiveReserve, WINDOW_MS } from '../quota/policy.js';

/** When signatures happen: a weight for each hour of the day, in the connection's time zone; the mean is 1. */
export type HourlyProfile = readonly number[];

/** Before there is a record to learn from: a working day, busiest in the morning. */
export const WORKING_DAY: HourlyProfile = normalise([
  1, 1, 1, 1, 1, 1, 2, 5, 12, 18, 20, 16, 10, 9, 12, 12, 10, 9, 8, 6, 3, 2, 1, 1,
]);

/** Signatures that the record must hold for the profile to be its own for one half. */
const TRUST = 200;
/** How strongly polls follow the signatures: 1 would be in proportion, 0 evenly. */
const EXPONENT = 0.75;
/** No hour's weight falls below this share of the mean: a signature at night waits too. */
const FLOOR = 0.15;

/** Scales weights so that their mean is 1. */
export function normalise(weights: readonly number[]): HourlyProfile {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return mean === 0 ? weights.map(() => 1) : weights.map((weight) => weight / mean);
}

/**
 * The profile that our own record shows: the more signatures it holds, the less the working day counts.
 * @param counts signatures by hour of the day
 */
export function learnProfile(counts: readonly number[]): HourlyProfile {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const seen = normalise(counts);
  const share = total / (total + TRUST);
  return normalise(WORKING_DAY.map((weight, hour) => share * (seen[hour] ?? 0) + (1 - share) * weight));
}

export interface WatchSituation {
  /** Requests in any 24 hours; null: no quota. */
  limit: number | null;
  /** Calls of the last window that were no polls. */
  otherCalls: number;
  /** Creations of the last window. */
  creations: number;
  /** Contracts that wait to be created. */
  queued: number;
  hour: number;
  profile: HourlyProfile;
  minIntervalMs: number;
  maxIntervalMs: number;
}

/**
 * The pause before the next poll: the requests that nothing else will need in a day, spread by when signatures
 * usually happen.
 */
export function pollInterval(situation: WatchSituation): number {
  const { limit, minIntervalMs, maxIntervalMs } = situation;
  if (limit === null) return minIntervalMs;
  const interval = WINDOW_MS / pollsPerWindow(situation, limit) / weightOf(situation);
  return Math.round(Math.min(maxIntervalMs, Math.max(minIntervalMs, interval)));
}

/** Polls that a window can hold besides what contracts need. */
export function pollsPerWindow({ creations, queued, otherCalls }: WatchSituation, limit: number): number {
  const coming = Math.min(creationsPerWindow(limit), Math.max(creations, queued));
  // Each contract costs a creation and a retrieval; what else was asked in the last day will be again.
  const expected = Math.max(otherCalls, 2 * coming);
  return Math.max(1, limit - interactiveReserve(limit) - expected);
}

function weightOf({ hour, profile }: WatchSituation): number {
  const raised = profile.map((weight) => Math.max(FLOOR, weight) ** EXPONENT);
  return normalise(raised)[hour] ?? 1;
}

/** Whether a detail may be spent on who has signed so far: only while much of the quota is left. */
export function pays(limit: number | null, used: number, waiting: number): boolean {
  return limit === null || used + 2 * Math.min(waiting, limit) < limit * 0.6;
}
