/** Does what was put off while many triggers were being accepted. */
export interface StartQueue {
  /** A trigger is being accepted until the given function is called. */
  accepting(): () => void;
  /** Done at once where nothing stands in the way. Beyond what is kept waiting it is dropped. */
  add(task: () => Promise<void>): void;
  /** Drops what waits. */
  clear(): void;
  /** Drops what waits, and waits for what is under way. */
  stop(): Promise<void>;
}

const AT_ONCE = 8;
const WAITING = 500;
/** More triggers than this at once are a rush. A start costs more than to accept, so they are not done side by side. */
const FEW = 4;
/** In a rush one is done now and then, so that a long one holds up nothing for ever. */
const RUSH_EVERY_MS = 250;

/** @param fail gets what a task throws */
export function createStartQueue(fail: (error: unknown) => void): StartQueue {
  const waiting: (() => Promise<void>)[] = [];
  const running = new Set<Promise<void>>();
  let underWay = 0;
  let last = -Infinity;
  let later: NodeJS.Timeout | null = null;

  const next = (): void => {
    while (waiting.length > 0 && running.size < AT_ONCE) {
      if (underWay > FEW && performance.now() - last < RUSH_EVERY_MS) return lookLater();
      last = performance.now();
      const run: Promise<void> = waiting.shift()!()
        .catch(fail)
        .finally(() => {
          running.delete(run);
          next();
        });
      running.add(run);
    }
  };
  const lookLater = (): void => {
    later ??= setTimeout(() => {
      later = null;
      next();
    }, RUSH_EVERY_MS);
  };

  return {
    accepting() {
      underWay += 1;
      return () => {
        underWay -= 1;
        if (underWay <= FEW) next();
      };
    },
    add(task) {
      if (waiting.length >= WAITING) return;
      waiting.push(task);
      next();
    },
    clear: () => void (waiting.length = 0),
    async stop() {
      waiting.length = 0;
      if (later !== null) clearTimeout(later);
      while (running.size > 0) await Promise.all(running);
    },
  };
}
