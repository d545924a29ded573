import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, cpSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { projectRoot } from '../../local/project.js';

const run = promisify(execFile);
let folder: string;

/** A copy of the set-up alone, so that its caches are empty. */
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'setup-'));
  mkdirSync(path.join(folder, 'local'));
  cpSync(path.join(projectRoot, 'local', 'setup'), path.join(folder, 'local', 'setup'), { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs one call of a set-up module, with an empty PATH; gives the message with which it refused. */
async function refusal(module: string, call: string, temporal = ''): Promise<string> {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const url = pathToFileURL(path.join(folder, 'local', 'setup', module)).href;
  const script = `import('${url}').then((m) => m.${call}).catch((e) => console.log(e.constructor.name, e.message));`;
  const env = { PATH: bin, TEMPORAL_CLI_PATH: temporal };
  return (await run(process.execPath, ['-e', script], { env })).stdout.trim();
}

test('a Node that is too old is refused in one sentence', async () => {
  const sentence = await refusal('node-version.mjs', 'checkNodeVersion("20.18.3")');
  expect(sentence).toBe(
    'SetupError paraphe needs Node 20.19 or newer, this is 20.18.3: install a newer Node and run the command again.',
  );
});

test('the floor and what is above it are taken', async () => {
  expect(
    await refusal('node-version.mjs', 'checkNodeVersion("20.19.0") ?? m.checkNodeVersion("22.1.0")'),
  ).toBe('');
});

test('a missing Python is refused in one sentence', async () => {
  const sentence = await refusal('temporal.mjs', 'findTemporal({ cli: true, testServer: false })');
  expect(sentence).toMatch(/^SetupError Python 3 with pip is missing: .* install it .* and try again\.$/);
});

test('a configured Temporal program that does not run is refused in one sentence', async () => {
  const call = 'findTemporal({ cli: true, testServer: false })';
  expect(await refusal('temporal.mjs', call, '/nowhere/temporal')).toBe(
    'SetupError TEMPORAL_CLI_PATH is /nowhere/temporal, which does not run: correct it or unset it.',
  );
});
