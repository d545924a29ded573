import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../local/ports.js';
import {
  ACCEPTED_AND_REFUSED,
  startGuideReceiver,
  tryReceiver,
  type GuideReceiver,
} from '../support/guide-receiver.js';
import { guideSample } from '../support/guide-sample.js';

/**
 * The samples of the guide in languages that a fresh machine need not have: `npm run test:samples`, with php, javac, mvn
 * and go on the PATH. Composer fetches PHP's library; where it can't, PHP_LIBRARY names the folder `libraries/php` of
 * the library's own repository. What passed is written down; npm test refuses samples that were changed since.
 */
const GUIDE = 'receive-webhooks.md';
const JAVA_LIBRARY = 'com.standardwebhooks:standardwebhooks:1.1.0';
const GO_LIBRARY = 'github.com/standard-webhooks/standard-webhooks/libraries';
const PHP_LIBRARY = 'standard-webhooks/standard-webhooks';
const AUTOLOAD = `<?php
spl_autoload_register(function ($class) {
    require __DIR__ . '/src/' . str_replace(['StandardWebhooks\\\\', '\\\\'], ['', '/'], $class) . '.php';
});
`;

let folder: string;
const verified: Record<string, string> = {};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'paraphe-samples-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

afterAll(() => {
  if (Object.keys(verified).length < 3) return;
  writeFileSync(path.join(__dirname, 'verified.json'), `${JSON.stringify(verified, null, 2)}\n`);
});

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Writes the sample down as a reader would. */
function write(title: string, as = title): string {
  writeFileSync(path.join(folder, as), guideSample(GUIDE, title));
  return as;
}

async function expectVerifies(title: string, receiver: GuideReceiver): Promise<void> {
  const statuses = await tryReceiver(receiver);
  await receiver.stop();
  expect(statuses).toEqual(ACCEPTED_AND_REFUSED);
  verified[title] = createHash('sha256').update(guideSample(GUIDE, title)).digest('hex');
}

test('PHP', async () => {
  const library = process.env['PHP_LIBRARY'];
  if (library === undefined) run('composer', 'require', '--quiet', PHP_LIBRARY);
  else {
    mkdirSync(path.join(folder, 'vendor'));
    cpSync(path.join(library, 'src'), path.join(folder, 'vendor', 'src'), { recursive: true });
    writeFileSync(path.join(folder, 'vendor', 'autoload.php'), AUTOLOAD);
  }
  const port = await freePort();
  const args = ['-S', `127.0.0.1:${port}`, write('receive.php')];
  await expectVerifies('receive.php', await startGuideReceiver('php', args, { port, cwd: folder }));
}, 300_000);

test('Java', async () => {
  const copy = ['-q', 'dependency:copy', `-Dartifact=${JAVA_LIBRARY}`, '-DoutputDirectory=.'];
  run('mvn', ...copy);
  const classes = ['-cp', './*:.'];
  run('javac', ...classes, write('Receive.java'));
  const receiver = await startGuideReceiver('java', [...classes, 'Receive'], { cwd: folder });
  await expectVerifies('Receive.java', receiver);
}, 300_000);

test('Go', async () => {
  write('receive.go', 'main.go');
  run('go', 'mod', 'init', 'example.org/receive');
  run('go', 'get', GO_LIBRARY);
  run('go', 'build', '-o', 'receive');
  await expectVerifies('receive.go', await startGuideReceiver('./receive', [], { cwd: folder }));
}, 300_000);
