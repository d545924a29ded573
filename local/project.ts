import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A condition that the person at the keyboard can mend: shown as one sentence, without a stack. */
export class LocalError extends Error {
  override readonly name = 'LocalError';
}

/** The folder of package.json, from the sources and from dist/ alike. */
export const projectRoot = findRoot(__dirname);

function findRoot(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new LocalError('The folder of package.json is not above this program.');
  return findRoot(parent);
}

/** Where local/setup.mjs found Temporal's programs; `temporalServer` is the folder of those that were built. */
export function temporalTool(name: 'temporal' | 'temporalTestServer' | 'temporalServer'): string {
  const list = path.join(projectRoot, '.cache', 'tools.json');
  const found = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Record<string, string>) : {};
  const file = found[name];
  if (file === undefined || !existsSync(file)) {
    throw new LocalError("Temporal's programs are not set up: run `node local/setup.mjs --tests`.");
  }
  return file;
}
