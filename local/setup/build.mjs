import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { root, step } from './shell.mjs';

const rooms = JSON.parse(readFileSync(path.join(root, 'tsconfig.build.json'), 'utf8')).include;
const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Compiles the rooms to dist/ when a source has changed since the last time. */
export async function build() {
  const sources = rooms.flatMap((room) => filesUnder(path.join(root, room)));
  const print = fingerprint([...sources, ...settings.map((name) => path.join(root, name))]);
  const dist = path.join(root, 'dist');
  const stamp = path.join(dist, '.fingerprint');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === print) return;
  const fresh = path.join(root, '.cache', 'build');
  rmSync(fresh, { recursive: true, force: true });
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await step('building', process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh]);
  for (const file of sources.filter(isStatic)) cpSync(file, path.join(fresh, path.relative(root, file)));
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
  const bundle = path.join(dist, 'worker', 'bundle.js');
  if (existsSync(bundle)) await step('bundling the workflows', process.execPath, [bundle]);
  writeFileSync(stamp, print);
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(file) : [file];
  });
}

function isStatic(file) {
  return !/\.(ts|mjs|md)$/.test(file);
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${path.relative(root, file)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
