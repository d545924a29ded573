/** So many at a time; who comes beyond that waits in line, and who finds the line full is told so. */
export interface Turns {
  /**
   * Calls `go` when its turn has come, at once where a place is free.
   * @param isAtWork whether it is this process that it waits for; asked now and then
   * @returns how to give the place back, or the place in the line up; null when the line is full
   */
  take(go: () => void, isAtWork: () => boolean): (() => void) | null;
}

export interface TurnsRules {
  /** Places, by now. */
  atOnce: () => number;
  /** Length of the line. */
  waiting: number;
  /** Who is found not at work after this time loses the place: a slow sender or reader must not keep it. */
  holdMs: number;
  /** How long a place stays empty after it was held, by now: so many times as long as it was held, `holdMs` at most. */
  rest: () => number;
}

export function createTurns({ atOnce, waiting, holdMs, rest }: TurnsRules): Turns {
  const line = new Set<Turn>();
  let taken = 0;

  const start = (turn: Turn): void => {
    taken += 1;
    turn.beganAt = performance.now();
    watch(turn);
    turn.go();
  };
  const watch = (turn: Turn): void => {
    turn.timer = setTimeout(() => (turn.isAtWork() ? watch(turn) : end(turn, 0)), holdMs);
    turn.timer.unref();
  };
  const end = (turn: Turn, rests: number): void => {
    if (line.delete(turn) || turn.timer === null) return;
    clearTimeout(turn.timer);
    turn.timer = null;
    const restMs = Math.min(holdMs, (performance.now() - turn.beganAt) * rests);
    if (restMs === 0) giveBack();
    else setTimeout(giveBack, restMs).unref();
  };
  const giveBack = (): void => {
    taken -= 1;
    refill();
  };
  const refill = (): void => {
    for (const next of line) {
      if (taken >= atOnce()) return;
      line.delete(next);
      start(next);
    }
  };
  return {
    take(go, isAtWork) {
      const turn: Turn = { go, isAtWork, timer: null, beganAt: 0 };
      if (taken < atOnce()) start(turn);
      else if (line.size < waiting) line.add(turn);
      else return null;
      return () => end(turn, rest());
    },
  };
}

interface Turn {
  go: () => void;
  isAtWork: () => boolean;
  timer: NodeJS.Timeout | null;
  beganAt: number;
}
