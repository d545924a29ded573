import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../local/ports.js';
import type { StackDescription } from '../local/stack/description.js';

export interface BenchStack {
  readonly description: StackDescription & { twinControl: string };
  /** Posts JSON to the api as the business system. */
  readonly post: (path: string, body: object, headers?: Record<string, string>) => Promise<Response>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 100_000;

/** The local edition, each part a process of its own, in a home that is thrown away after the run. */
export async function startLocalStack(env: Readonly<Record<string, string>> = {}): Promise<BenchStack> {
  const home = mkdtempSync(path.join(tmpdir(), 'paraphe-bench-'));
  const own = { PARAPHE_HOME: home, API_PORT: String(await freePort()), LOG_LEVEL: 'warn', ...env };
  const child = spawn(process.execPath, [path.join(__dirname, '..', 'local', 'main.js')], {
    env: { ...process.env, npm_lifecycle_event: '', ...own },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  // A bench that is ended leaves no stack behind.
  const end = (): void => void child.kill('SIGTERM');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
  const stop = async (): Promise<void> => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.removeListener(signal, end);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(home, { recursive: true, force: true });
  };
  const file = path.join(home, 'local.json');
  for (let waited = 0; !existsSync(file); waited += 200) {
    if (child.exitCode !== null || waited > PATIENCE_MS) {
      await stop();
      throw new Error('the local edition did not start');
    }
    await pause(200);
  }
  const description = JSON.parse(readFileSync(file, 'utf8')) as BenchStack['description'];
  const post: BenchStack['post'] = (to, body, headers = {}) =>
    fetch(`${description.api}${to}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${description.key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return { description, post, stop };
}
