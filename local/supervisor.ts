import { setTimeout as pause } from 'node:timers/promises';
import { LocalError } from './project.js';
import { startChild, type Child } from './process/child.js';
import type { Service } from './process/service.js';

export interface SupervisorDeps {
  /** Gets each line that a program prints. */
  readonly line: (name: string, line: string, stream: 'stdout' | 'stderr') => void;
  /** Gets the supervisor's own news: restarts and their reasons. */
  readonly news: (text: string) => void;
  /** Told of every process started, so that the next run can end what this one left behind. */
  readonly started: (name: string, pid: number) => void;
}

export interface Supervisor {
  /** Starts a program and resolves when it is ready; from then on it is started again whenever it ends. */
  readonly start: (service: Service, readyWithinMs?: number) => Promise<void>;
  /**
   * Ends one program for good: it is not started again, and its name may be used anew. What does not end within
   * the grace is killed; a grace of 0 kills at once.
   */
  readonly end: (name: string, graceMs: number) => Promise<Ended>;
  /** The process ids by name, as of now. */
  readonly pids: () => Record<string, number>;
  /** Ends all, foundations last; what does not end by itself is ended. Resolves within 8 s and a moment. */
  readonly stop: () => Promise<void>;
}

/** How a program took its end. */
export interface Ended {
  readonly tookMs: number;
  /** As its exit was: `status 0`, or `signal SIGKILL` for one that did not end by itself. */
  readonly how: string;
}

interface Watched {
  readonly service: Service;
  child: Child;
  isWanted: boolean;
}

const firstPauseMs = 200;
const longestPauseMs = 5000;
/** A program that lived this long gets a quick restart again. */
const settledAfterMs = 10_000;
const startsTried = 3;
const graceOnTopMs = 5000;
const graceBelowMs = 3000;

/** Runs programs side by side, each its own process: if one dies the others go on and it is started again. */
export function createSupervisor({ line, news, started }: SupervisorDeps): Supervisor {
  const watched: Watched[] = [];
  const stopping = new AbortController();

  function spawn(service: Service): Child {
    return startChild(service, (text, stream) => line(service.name, text, stream));
  }

  async function watch(entry: Watched): Promise<void> {
    let wait = firstPauseMs;
    for (;;) {
      const began = Date.now();
      const how = await entry.child.exited;
      if (stopping.signal.aborted || !entry.isWanted) return;
      wait = Date.now() - began > settledAfterMs ? firstPauseMs : Math.min(wait * 2, longestPauseMs);
      news(`${entry.service.name} ended (${how}) and is started again`);
      await pause(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted || !entry.isWanted) return;
      entry.child = spawn(entry.service);
      started(entry.service.name, entry.child.pid);
    }
  }

  async function start(service: Service, readyWithinMs = 60_000): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      if (stopping.signal.aborted) throw new LocalError('Stopped while starting.');
      const entry = { service, child: spawn(service), isWanted: true };
      watched.push(entry);
      started(service.name, entry.child.pid);
      try {
        await inTime(entry.child.ready, readyWithinMs, service.name);
        void watch(entry);
        return;
      } catch (error) {
        await entry.child.stop(1000);
        watched.splice(watched.indexOf(entry), 1);
        if (tries === startsTried || stopping.signal.aborted) throw error;
      }
    }
  }

  async function end(name: string, graceMs: number): Promise<Ended> {
    const entry = watched.find(({ service }) => service.name === name);
    if (entry === undefined) throw new LocalError(`No ${name} is running.`);
    entry.isWanted = false;
    watched.splice(watched.indexOf(entry), 1);
    const began = Date.now();
    await entry.child.stop(graceMs);
    return { tookMs: Date.now() - began, how: await entry.child.exited };
  }

  async function stop(): Promise<void> {
    stopping.abort();
    const onTop = watched.filter(({ service }) => service.foundation !== true);
    const below = watched.filter(({ service }) => service.foundation === true);
    await Promise.all(onTop.map(({ child }) => child.stop(graceOnTopMs)));
    await Promise.all(below.map(({ child }) => child.stop(graceBelowMs)));
  }

  return {
    start,
    end,
    stop,
    pids: () => Object.fromEntries(watched.map(({ service, child }) => [service.name, child.pid])),
  };
}

async function inTime(ready: Promise<void>, ms: number, name: string): Promise<void> {
  const over = new AbortController();
  const late = pause(ms, undefined, { signal: over.signal }).then(() => {
    throw new LocalError(`${name} was not ready within ${Math.round(ms / 1000)} s: see its log.`);
  });
  try {
    await Promise.race([ready, late]);
  } finally {
    over.abort();
  }
}
