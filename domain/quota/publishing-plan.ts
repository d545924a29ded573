import { creationsPerWindow, creationsUpTo, pollReserve, WINDOW_MS } from './policy.js';

/** A call of the window, as the ledger has it. */
export interface WindowCall {
  /** Milliseconds since the epoch. */
  at: number;
  operation: string;
}

/**
 * When each contract of the publishing queue gets its creation, by rank (the most urgent first): as soon as the
 * window holds fewer creations and fewer calls in all than it may. Meanwhile the watch polls at its reserve, and
 * as many retrievals come as in the last window.
 * @param calls the counted calls of the last window, oldest first
 * @param count how many of the queue, from its head on
 * @returns instants in milliseconds, ascending, none before now
 */
export function publishingPlan(
  calls: readonly WindowCall[],
  limit: number,
  count: number,
  now: number,
): number[] {
  const perWindow = creationsPerWindow(limit);
  const creations = calls.filter((call) => call.operation === 'create').map((call) => call.at);
  const all = createWindow(calls, limit, now);
  const plan: number[] = [];
  let at = now;
  for (let rank = 0; rank < count; rank += 1) {
    const leaving = creations.length < perWindow ? undefined : creations[creations.length - perWindow];
    if (leaving !== undefined) at = Math.max(at, leaving + WINDOW_MS);
    at = all.take(at);
    creations.push(at);
    plan.push(at);
  }
  return plan;
}

interface Window {
  /** Takes the first slot at or after an instant. */
  take: (from: number) => number;
}

/** All calls of a sliding window, with those that are expected to come meanwhile. */
function createWindow(calls: readonly WindowCall[], limit: number, now: number): Window {
  const shared = creationsUpTo(limit);
  const times = calls.map((call) => call.at);
  const details = calls.filter((call) => call.operation === 'detail').length;
  const pause = WINDOW_MS / (pollReserve(limit) + details);
  let nextOther = now + pause;
  return {
    take(from) {
      let at = from;
      for (;;) {
        for (; nextOther <= at; nextOther += pause) times.push(nextOther);
        const leaving = times.length < shared ? undefined : times[times.length - shared];
        if (leaving === undefined || leaving + WINDOW_MS <= at) break;
        at = leaving + WINDOW_MS;
      }
      times.push(at);
      return at;
    },
  };
}
