import path from 'node:path';
import { projectRoot } from '../project.js';
import { readyLine } from '../process/readiness.js';
import type { ReadyProbe, Service } from '../process/service.js';

/** One of our own programs, from dist/. Ready when it prints a line with `"ready": true`, unless told. */
export function nodeService(
  name: string,
  main: string,
  env: Readonly<Record<string, string>>,
  ready: (probe: ReadyProbe) => Promise<void> = async (probe) => void (await readyLine(probe)),
): Service {
  const file = path.join(projectRoot, 'dist', main);
  return { name, command: process.execPath, args: [file], env, ready };
}
