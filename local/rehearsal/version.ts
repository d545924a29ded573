import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { LocalError, projectRoot } from '../project.js';

const run = promisify(execFile);

/** A built version of the product. */
export interface Version {
  /** As the report names it. */
  readonly name: string;
  /** The folder that holds its dist/. */
  readonly root: string;
}

/** So many commits back lies "the version before" while nothing has been released. */
const COMMITS_BACK = 25;

export function thisVersion(): Version {
  return { name: 'this version', root: projectRoot };
}

/**
 * The version before, built in a folder of its own and kept there for the next rehearsal.
 * @param from a reference of git's; null: the newest release, else a commit some way back
 * @throws LocalError when there is no such version here
 */
export async function versionBefore(from: string | null, folder: string): Promise<Version> {
  if (from === 'self') return { ...thisVersion(), name: 'this version again' };
  const commit = await commitOf(from);
  const root = path.join(folder, commit);
  const name = `${from ?? (await newestTag()) ?? `${COMMITS_BACK} commits ago`} (${commit.slice(0, 9)})`;
  if (!existsSync(path.join(root, 'dist', '.fingerprint'))) await build(commit, root);
  return { name, root };
}

async function commitOf(from: string | null): Promise<string> {
  const wanted = from ?? (await newestTag());
  for (const reference of wanted === null ? [`HEAD~${COMMITS_BACK}`, 'HEAD'] : [wanted]) {
    const commit = await git('rev-parse', '--verify', '--quiet', `${reference}^{commit}`).catch(() => null);
    if (commit !== null) return commit;
  }
  throw new LocalError(
    `There is no version ${wanted ?? 'before this one'} in this clone: give another with --from.`,
  );
}

async function newestTag(): Promise<string | null> {
  const tags = await git('tag', '--list', 'v*', '--merged', 'HEAD', '--sort=-v:refname').catch(() => '');
  return tags.split('\n')[0] || null;
}

async function git(...args: string[]): Promise<string> {
  return (await run('git', ['-C', projectRoot, ...args])).stdout.trim();
}

async function build(commit: string, root: string): Promise<void> {
  const fresh = `${root}.part`;
  rmSync(fresh, { recursive: true, force: true });
  rmSync(root, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  await unpack(commit, fresh);
  if (packagesAreHere(fresh))
    symlinkSync(path.join(projectRoot, 'node_modules'), path.join(fresh, 'node_modules'), 'dir');
  else await run('npm', ['ci', '--include=dev', '--no-progress', '--no-audit'], { cwd: fresh });
  renameSync(fresh, root);
  const script = "import('./local/setup/build.mjs').then(({ build }) => build())";
  await run(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
}

/** Whether each package of that version is installed here as that version wants it. */
function packagesAreHere(root: string): boolean {
  const wanted = lockedPackages(root);
  const here = lockedPackages(projectRoot);
  return Object.entries(wanted).every(
    ([name, { version }]) => name === '' || here[name]?.version === version,
  );
}

function lockedPackages(root: string): Record<string, { version?: string }> {
  const text = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  return (JSON.parse(text) as { packages: Record<string, { version?: string }> }).packages;
}

/** `git archive`, not a worktree: nothing is written into the clone's .git, whatever is killed here. */
async function unpack(commit: string, into: string): Promise<void> {
  const file = `${into}.tar`;
  await git('archive', '--format=tar', `--output=${file}`, commit);
  await run('tar', ['-x', '-f', file, '-C', into]);
  rmSync(file);
}
