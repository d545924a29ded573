import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { LocalError } from '../project.js';
import type { Service } from './service.js';

export interface Child {
  readonly pid: number;
  /** Resolves when the program can be used; rejects when it ended before. */
  readonly ready: Promise<void>;
  /** Resolves, and never rejects, with words that say how it ended. */
  readonly exited: Promise<string>;
  /** Asks it to end and, after the grace, ends it. Resolves when it is gone. */
  readonly stop: (graceMs: number) => Promise<void>;
}

export type LineSink = (line: string, stream: 'stdout' | 'stderr') => void;

/**
 * Starts one program in a process group of its own: Ctrl-C in the terminal reaches the supervisor alone,
 * which then ends the programs in their order.
 */
export function startChild(service: Service, sink: LineSink): Child {
  service.prepare?.();
  const child = spawn(service.command, service.args, {
    env: environmentOf(service),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let lastLine = '';
  const onLine = forwardLines(child, (line, stream) => {
    if (line.trim() !== '') lastLine = line.trim();
    sink(line, stream);
  });
  const exited = exitOf(child);
  const gone = new AbortController();
  void exited.then((how) => gone.abort(new LocalError(`${service.name} ended: ${how}. ${lastLine}`.trim())));
  const ready = service.ready({ onLine, signal: gone.signal }).catch((error: unknown) => {
    throw gone.signal.aborted ? gone.signal.reason : error;
  });
  ready.catch(() => undefined);
  return { pid: child.pid ?? -1, ready, exited, stop: (graceMs) => stop(child, exited, service, graceMs) };
}

/** What the service sets counts, also where the environment names a file for it (`NAME_FILE`). */
function environmentOf(service: Service): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ...service.env };
  for (const name of Object.keys(service.env ?? {})) delete env[`${name}_FILE`];
  return env;
}

async function stop(child: ChildProcess, exited: Promise<string>, service: Service, graceMs: number) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  if (graceMs > 0) child.kill(service.stopSignal ?? 'SIGTERM');
  const timer = setTimeout(() => killGroup(child.pid), graceMs);
  await exited;
  clearTimeout(timer);
  killGroup(child.pid);
}

/** Whatever the program itself started goes with it. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

async function exitOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal === null ? `status ${code}` : `signal ${signal}`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Hands on every line, and gives a way to listen to stdout's later without missing any. */
function forwardLines(child: ChildProcess, sink: LineSink): (listener: (line: string) => void) => void {
  const seen: string[] = [];
  const listeners: ((line: string) => void)[] = [];
  for (const stream of ['stdout', 'stderr'] as const) {
    const source = child[stream];
    if (source === null) continue;
    createInterface({ input: source }).on('line', (line) => {
      sink(line, stream);
      if (stream === 'stderr') return;
      if (seen.length < 50) seen.push(line);
      listeners.forEach((listener) => listener(line));
    });
  }
  return (listener) => {
    seen.forEach((line) => listener(line));
    listeners.push(listener);
  };
}
