/** Virtual time in which one piece of work goes on at a time: the same plan always takes the same way. */
export interface Timeline {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Begins a piece of work later; it goes on until it ends or sleeps. @returns takes it off again */
  readonly at: (delayMs: number, work: Work) => () => void;
  /** The same for the work of a process that may be killed. */
  readonly inWorker: (delayMs: number, work: Work) => () => void;
  /** Called within a piece of work: others go on meanwhile. */
  readonly sleep: (ms: number) => Promise<void>;
  /** What that process has begun and not yet ended never wakes again. */
  readonly killWorker: () => void;
  /** Goes on until an instant. */
  readonly runUntil: (instant: number) => Promise<void>;
}

type Work = () => void | Promise<void>;

interface Process {
  alive: boolean;
  /** Ends its turn: it sleeps, or has ended. */
  pause: () => void;
  fail: (error: unknown) => void;
}

interface Entry {
  at: number;
  run: () => Promise<void>;
}

/** No life has that many events. */
const ENDLESS = 20_000;

export function createTimeline(start: number): Timeline {
  const queue = createQueue();
  const worker = new Set<Process>();
  let now = start;
  let events = 0;
  let current: Process = newProcess();

  /** Lets a process go on until it sleeps or ends. */
  const turn = async (process: Process, go: () => void): Promise<void> => {
    if (!process.alive) return;
    current = process;
    await new Promise<void>((resolve, reject) => {
      process.pause = resolve;
      process.fail = reject;
      go();
    });
  };
  const begin = (delayMs: number, process: Process, work: Work): (() => void) => {
    const go = (): void => {
      (async () => work())().then(
        () => process.pause(),
        (error: unknown) => process.fail(error),
      );
    };
    const entry = { at: now + Math.max(0, delayMs), run: () => turn(process, go) };
    queue.add(entry);
    return () => queue.remove(entry);
  };
  return {
    now: () => now,
    at: (delayMs, work) => begin(delayMs, newProcess(), work),
    inWorker(delayMs, work) {
      const process = newProcess();
      return begin(delayMs, process, async () => {
        worker.add(process);
        await work();
        worker.delete(process);
      });
    },
    sleep(ms) {
      const process = current;
      return new Promise<void>((wake) => {
        queue.add({ at: now + ms, run: () => turn(process, wake) });
        process.pause();
      });
    },
    killWorker() {
      for (const process of worker) process.alive = false;
      worker.clear();
    },
    async runUntil(instant) {
      for (let next = queue.first(); next !== undefined && next.at <= instant; next = queue.first()) {
        queue.remove(next);
        events += 1;
        if (events > ENDLESS) throw new Error('this life has no end');
        now = next.at;
        await next.run();
      }
      now = Math.max(now, instant);
    },
  };
}

function newProcess(): Process {
  return { alive: true, pause: () => undefined, fail: () => undefined };
}

interface Queue {
  add: (entry: Entry) => void;
  remove: (entry: Entry) => void;
  first: () => Entry | undefined;
}

/** Entries in the order of their time, and of their making where times are equal. */
function createQueue(): Queue {
  const entries: Entry[] = [];
  return {
    add(entry) {
      const later = entries.findIndex((other) => other.at > entry.at);
      entries.splice(later === -1 ? entries.length : later, 0, entry);
    },
    remove(entry) {
      const index = entries.indexOf(entry);
      if (index !== -1) entries.splice(index, 1);
    },
    first: () => entries[0],
  };
}
