import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
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
  const child = fork(path.join(__dirname, 'worker-main.js'), [wish], {
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
