import path from 'node:path';
import { projectRoot } from '../project.js';
import { readyLine } from '../process/readiness.js';
import type { ReadyProbe, Service } from '../process/service.js';

/**
 * What keeps our programs small (docs/decisions/0074): young objects in 2 MB instead of 16 in every thread, and glibc's
 * free memory in two pools instead of eight for each processor.
 */
const SMALL = { options: ['--max-semi-space-size=2'], env: { MALLOC_ARENA_MAX: '2' } };

/** One of our own programs, from dist/. Ready when it prints a line with `"ready": true`, unless told. */
export function nodeService(
  name: string,
  main: string,
  env: Readonly<Record<string, string>>,
  ready: (probe: ReadyProbe) => Promise<void> = async (probe) => void (await readyLine(probe)),
): Service {
  const file = path.join(projectRoot, 'dist', main);
  return {
    name,
    command: process.execPath,
    args: [...SMALL.options, file],
    env: { ...SMALL.env, ...env },
    ready,
  };
}
