import type { ClockState } from './model.js';

/** The twin's own time: the machine's plus an offset, or standing still. It never goes back. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  iso(): string;
  state(): ClockState;
  restore(state: ClockState): void;
  /** Moves time forward; throws RangeError for a negative span. */
  advance(ms: number): void;
  /** Jumps to an instant; throws RangeError for one that lies behind. */
  set(at: number): void;
  freeze(): void;
  resume(): void;
}

/** `base` is the time underneath, in epoch milliseconds; the machine's unless a simulation brings its own. */
export function createClock(base: () => number = Date.now): Clock {
  let offsetMs = 0;
  let frozenAt: number | null = null;
  const now = (): number => frozenAt ?? base() + offsetMs;
  const advance = (ms: number): void => {
    if (!Number.isFinite(ms) || ms < 0) throw new RangeError('time can only move forward');
    if (frozenAt === null) offsetMs += ms;
    else frozenAt += ms;
  };
  return {
    now,
    iso: () => new Date(now()).toISOString(),
    state: () => ({ offsetMs, frozenAt }),
    restore: (state) => {
      ({ offsetMs, frozenAt } = state);
    },
    advance,
    set: (at) => {
      advance(at - now());
    },
    freeze: () => {
      frozenAt = now();
    },
    resume: () => {
      if (frozenAt === null) return;
      offsetMs = frozenAt - base();
      frozenAt = null;
    },
  };
}
