import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface Listening {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a program that says its port in a line of JSON. What it prints goes to a file, as a container's log does, so
 * that whoever measures doesn't read along.
 * @param options of Node itself
 */
export async function startListening(
  file: string,
  env: NodeJS.ProcessEnv = {},
  options: readonly string[] = [],
): Promise<Listening> {
  const folder = mkdtempSync(join(tmpdir(), 'paraphe-bench-log-'));
  const log = openSync(join(folder, 'log'), 'w');
  const child = spawn(process.execPath, [...options, file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', log, 'inherit'],
  });
  closeSync(log);
  let port: number | undefined;
  while ((port = portIn(readFileSync(join(folder, 'log'), 'utf8'))) === undefined) {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}`);
    await pause(20);
  }
  return {
    port,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function portIn(log: string): number | undefined {
  const lines = log.split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { port?: number }).port).find((port) => port !== undefined);
}
