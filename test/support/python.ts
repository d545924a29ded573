import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = path.resolve(__dirname, '..', '..');
const REQUIREMENTS = path.join(__dirname, 'python-requirements.txt');
const PIP = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes', '--only-binary=:all:'];

export interface Python {
  program: string;
  /** Lets it find the packages of python-requirements.txt. */
  env: { PYTHONPATH: string };
}

/** Python with pinned packages, those of the tests unless another list is named, which pip puts into the project's cache the first time. */
export async function pythonWithPackages(requirements = REQUIREMENTS): Promise<Python> {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const cache = path.join(root, '.cache');
  const home = path.join(cache, `test-python-${digest}`);
  if (!existsSync(home)) {
    mkdirSync(cache, { recursive: true });
    const fresh = mkdtempSync(path.join(cache, 'pip-'));
    await run('python3', [...PIP, '--target', fresh, '-r', requirements]);
    // Only a finished folder gets the name; whoever comes second at the same time throws its own away.
    if (existsSync(home)) rmSync(fresh, { recursive: true });
    else renameSync(fresh, home);
  }
  return { program: 'python3', env: { PYTHONPATH: home } };
}
