import path from 'node:path';
import { projectRoot } from '../project.js';
import { readyLine } from '../process/readiness.js';
import type { ReadyProbe, Service } from '../process/service.js';

/**
 * What keeps our programs small (docs/decisions/0074): young objects in 2 MB instead of 16 in every thread, and glibc's
 * free memory in two pools instead of eight for each processor.
 */
const SMALL = { options: ['--max-semi-space-size=2'], env: { MALLOC_ARENA_MAX: '2' } };

export interface NodeServiceOptions {
  /** When it can be used; when it has printed a line with `"ready": true` unless given. */
  readonly ready?: (probe: ReadyProbe) => Promise<void>;
  /** What each thread's heap may grow to, in MB: far from it V8 lets four times as much garbage lie as near it. */
  readonly heapMb?: number;
}

/** One of our own programs, from dist/. */
export function nodeService(
  name: string,
  main: string,
  env: Readonly<Record<string, string>>,
  { ready = async (probe) => void (await readyLine(probe)), heapMb }: NodeServiceOptions = {},
): Service {
  const file = path.join(projectRoot, 'dist', main);
  return {
    name,
    command: process.execPath,
    args: [...SMALL.options, ...(heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`]), file],
    env: { ...SMALL.env, ...env },
    ready,
  };
}
