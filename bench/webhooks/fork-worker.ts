import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../local/project.js';
import type { StackServers } from './stack.js';

export interface ForkedWorker {
  kick(): void;
  /** SIGKILL: nothing is put in order. */
  kill(): Promise<void>;
}

/** Starts a delivering worker as a process of its own; resolves when it works. */
export async function forkWorker(servers: StackServers, quick = false): Promise<ForkedWorker> {
  const { databaseUrl, temporalAddress, taskQueue } = servers;
  const wish = JSON.stringify({ servers: { databaseUrl, temporalAddress, taskQueue }, quick });
  const child = fork(program(), [wish], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  await Promise.race([
    once(child, 'message'),
    exited.then(() => Promise.reject(new Error('the worker ended before it worked'))),
  ]);
  return {
    kick() {
      if (child.connected) child.send('kick', () => undefined);
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Beside this file once it is compiled; tests run the sources, and the build's worker. */
function program(): string {
  const beside = path.join(__dirname, 'worker-main.js');
  return existsSync(beside) ? beside : path.join(projectRoot, 'dist', 'bench', 'webhooks', 'worker-main.js');
}
