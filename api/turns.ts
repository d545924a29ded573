/** So many at a time; who comes beyond that waits in line, and who finds the line full is told so. */
export interface Turns {
  /**
   * Calls `go` when its turn has come, at once where a place is free.
   * @returns how to give the place back, or the place in the line up; null when the line is full
   */
  take(go: () => void): (() => void) | null;
}

/**
 * @param atOnce places
 * @param waiting length of the line
 * @param holdMs after this time a place is free again: whoever takes longer waits for others, not for this processor
 */
export function createTurns(atOnce: number, waiting: number, holdMs: number): Turns {
  const line = new Set<Turn>();
  let taken = 0;

  const start = (turn: Turn): void => {
    taken += 1;
    turn.timer = setTimeout(() => end(turn), holdMs);
    turn.timer.unref();
    turn.go();
  };
  const end = (turn: Turn): void => {
    if (line.delete(turn) || turn.timer === null) return;
    clearTimeout(turn.timer);
    turn.timer = null;
    taken -= 1;
    const [next] = line;
    if (next === undefined) return;
    line.delete(next);
    start(next);
  };
  return {
    take(go) {
      const turn: Turn = { go, timer: null };
      if (taken < atOnce) start(turn);
      else if (line.size < waiting) line.add(turn);
      else return null;
      return () => end(turn);
    },
  };
}

interface Turn {
  go: () => void;
  timer: NodeJS.Timeout | null;
}
