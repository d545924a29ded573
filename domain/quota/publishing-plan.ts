import { creationsPerWindow, creationsUpTo, pollReserve, WINDOW_MS } from './policy.js';

/** A call of the window, as the ledger has it. */
export interface WindowCall {
  /** Milliseconds since the epoch. */
  at: number;
  operation: string;
}

/** When the contracts of the publishing queue get their creation, one after another from its head on. */
export interface PublishingPlan {
  /** The instant of the next creation, in milliseconds; never before now, nor before an earlier one. */
  next: () => number;
  /** The next contract of the queue takes it. */
  take: () => void;
}

/**
 * A creation comes as soon as the window holds fewer creations and fewer calls in all than it may. Meanwhile the watch
 * polls at its reserve, and as many retrievals come as in the last window.
 * @param calls the counted calls of the last window, oldest first
 */
export function createPublishingPlan(
  calls: readonly WindowCall[],
  limit: number,
  now: number,
): PublishingPlan {
  const perWindow = creationsPerWindow(limit);
  const creations = calls.filter((call) => call.operation === 'create').map((call) => call.at);
  const all = createWindow(calls, limit, now);
  let at = now;
  const next = (): number => {
    const leaving = creations.length < perWindow ? undefined : creations[creations.length - perWindow];
    if (leaving !== undefined) at = Math.max(at, leaving + WINDOW_MS);
    at = all.find(at);
    return at;
  };
  return {
    next,
    take() {
      creations.push(next());
      all.take(at);
    },
  };
}

/** The instants for the first contracts of the queue, by rank, ascending. */
export function publishingPlan(
  calls: readonly WindowCall[],
  limit: number,
  count: number,
  now: number,
): number[] {
  const plan = createPublishingPlan(calls, limit, now);
  return Array.from({ length: count }, () => {
    const at = plan.next();
    plan.take();
    return at;
  });
}

interface Window {
  /** The first instant with a free slot, at or after the given one. */
  find: (from: number) => number;
  take: (at: number) => void;
}

/** All calls of a sliding window, with those that are expected to come meanwhile. */
function createWindow(calls: readonly WindowCall[], limit: number, now: number): Window {
  const shared = creationsUpTo(limit);
  const times = calls.map((call) => call.at);
  const details = calls.filter((call) => call.operation === 'detail').length;
  // However many retrievals the last window saw, a slot stays for creations: else none would ever be found.
  const others = Math.min(pollReserve(limit) + details, shared - 1);
  const pause = others === 0 ? Infinity : WINDOW_MS / others;
  let nextOther = now + pause;
  return {
    find(from) {
      let at = from;
      for (;;) {
        for (; nextOther <= at; nextOther += pause) times.push(nextOther);
        const leaving = times.length < shared ? undefined : times[times.length - shared];
        if (leaving === undefined || leaving + WINDOW_MS <= at) return at;
        at = leaving + WINDOW_MS;
      }
    },
    take: (at) => {
      times.push(at);
    },
  };
}
