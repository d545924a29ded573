import {
  creationsPerWindow,
  creationsUpTo,
  pollReserve,
  retrievalReserve,
  WINDOW_MS,
} from '../quota/policy.js';

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
  /** Calls of the last window, polls included. */
  used: number;
  /** Creations of the last window. */
  creations: number;
  /** Contracts that wait to be created. */
  queued: number;
  hour: number;
  profile: HourlyProfile;
  minIntervalMs: number;
  maxIntervalMs: number;
  /** Hours of the day in which the longest pause is enough, if so configured. */
  night?: { from: number; to: number } | null;
}

/**
 * The pause before the next poll: the requests that nothing else will need in a day, spread by when signatures
 * usually happen. The longest pause is kept unless the quota does not even allow for that, evenly.
 */
export function pollInterval(situation: WatchSituation): number {
  const { limit, minIntervalMs, maxIntervalMs, hour } = situation;
  if (isNight(situation)) return maxIntervalMs;
  if (limit === null) return minIntervalMs;
  const even = WINDOW_MS / pollsPerWindow(situation, limit);
  const longest = Math.max(maxIntervalMs, even);
  const weights = withFloor(
    situation.profile.map((weight) => Math.max(0, weight) ** EXPONENT),
    even / longest,
  );
  const interval = even / (weights[hour] ?? 1);
  return Math.round(Math.min(longest, Math.max(minIntervalMs, interval)));
}

function isNight({ night = null, hour }: WatchSituation): boolean {
  if (night === null || night.from === night.to) return false;
  const { from, to } = night;
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}

/** Weights of mean 1 of which none is below the floor: what the low ones get, the high ones give. */
function withFloor(weights: readonly number[], floor: number): number[] {
  if (floor >= 1) return weights.map(() => 1);
  let low = 0;
  let high = weights.length / Math.max(Number.MIN_VALUE, Math.max(...weights));
  const scaled = (by: number): number[] => weights.map((weight) => Math.max(floor, weight * by));
  const mean = (by: number): number => scaled(by).reduce((sum, weight) => sum + weight, 0) / weights.length;
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (mean(middle) > 1) high = middle;
    else low = middle;
  }
  return scaled(low);
}

/**
 * Polls that a window can hold besides what contracts need, and besides room for those that nobody expects: nothing is
 * created in a window that polls have filled.
 */
export function pollsPerWindow(situation: WatchSituation, limit: number): number {
  const { creations, queued, otherCalls, used } = situation;
  // Contracts wait for slots: the publishing plan counts on polls at their reserve.
  if (queued > 0 && used >= creationsUpTo(limit)) return pollReserve(limit);
  const coming = Math.min(creationsPerWindow(limit), Math.max(creations, queued));
  // Each contract costs a creation and a retrieval; what else was asked in the last day will be again.
  const expected = Math.max(otherCalls, 2 * coming);
  return Math.max(pollReserve(limit), creationsUpTo(limit) - retrievalReserve(limit) - expected);
}

/** How much of the quota may go to other calls while details are still spent on who has signed so far. */
const DETAILS_PAY_BELOW = 0.35;

/** Whether a detail may be spent on who has signed so far. @param otherCalls of the last window, polls left out */
export function pays(limit: number | null, otherCalls: number): boolean {
  return limit === null || otherCalls < limit * DETAILS_PAY_BELOW;
}

/** How much of a quota is used by what is no poll. */
export type QuotaLevel = 'ok' | 'low' | 'exhausted';

/** With a margin on the way back, so that one call more or less announces nothing. */
export function quotaLevel(before: QuotaLevel, limit: number | null, otherCalls: number): QuotaLevel {
  if (limit === null) return 'ok';
  if (otherCalls >= limit * (before === 'exhausted' ? 0.91 : 0.96)) return 'exhausted';
  return otherCalls >= limit * (before === 'ok' ? 0.8 : 0.75) ? 'low' : 'ok';
}
