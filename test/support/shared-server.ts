import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Service } from '../../local/process/service.js';
import { noteServer, runFolder } from './run-folder.js';

/**
 * Starts a server once a Jest run, whichever suite comes first, and gives what its start has
 * returned to all of them. The server outlives the suite and ends with the run.
 * @param folder of all Jest runs of one `npm test`, where it is worth the time
 */
export async function sharedServer(
  name: string,
  start: () => Promise<string>,
  folder = runFolder(),
): Promise<string> {
  const answer = path.join(folder, `${name}.ready`);
  const lock = path.join(folder, `${name}.lock`);
  const until = Date.now() + 120_000;
  while (!existsSync(answer)) {
    if (Date.now() > until) throw new Error(`${name} did not start in time.`);
    if (!takeLock(lock)) await pause(50);
    else await startOnce(answer, lock, start);
  }
  return readFileSync(answer, 'utf8');
}

async function startOnce(answer: string, lock: string, start: () => Promise<string>): Promise<void> {
  try {
    if (existsSync(answer)) return;
    writeFileSync(`${answer}.part`, await start());
    renameSync(`${answer}.part`, answer);
  } finally {
    rmdirSync(lock);
  }
}

function takeLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Starts the server's program so that it outlives this process: what it prints goes to a file. */
export async function startDetached(service: Service, folder = runFolder()): Promise<void> {
  const log = path.join(folder, `${service.name}.log`);
  const output = openSync(log, 'a');
  service.prepare?.();
  const child = spawn(service.command, service.args, {
    env: { ...process.env, ...service.env },
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  const gone = new AbortController();
  const ended = () => gone.abort(new Error(`${service.name} ended: ${readFileSync(log, 'utf8')}`));
  child.once('exit', ended);
  noteServer(child.pid ?? -1, folder);
  child.unref();
  await service.ready({ onLine: () => undefined, signal: gone.signal });
  child.off('exit', ended);
}
