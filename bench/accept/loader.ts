import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Load, LoadResult } from './load.js';

/** Makes load from a process of its own, so that nothing else waits for it or makes it wait. */
export interface Loader {
  pid: number;
  /** One at a time. @throws Error when it has ended */
  run(load: Load): Promise<LoadResult>;
  stop(): void;
}

export function startLoader(): Loader {
  const child = fork(join(__dirname, 'load-main.js'));
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('The load generator ended.')));
  ended.catch(() => undefined);
  return {
    pid: child.pid!,
    async run(load) {
      const answer = once(child, 'message') as Promise<[LoadResult]>;
      child.send({ ...load, body: load.body.toString() });
      const [result] = await Promise.race([answer, ended]);
      return result;
    },
    stop: () => child.kill(),
  };
}
