import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  endStack,
  localHome,
  startStackProcess,
  type StackFile,
  type StackProcess,
} from '../support/stack.js';
import { waitFor } from '../support/wait.js';

const expected =
  'contract.accepted, contract.published, signatory.signed, signatory.signed, contract.signed, contract.completed.';
let home: string;
let demo: StackProcess;

afterEach(() => endStack(demo));

const play = (): Promise<StackProcess> => startStackProcess(home, { main: 'demo/main.js', args: ['--once'] });

/** Kills programs as soon as the tale has come to these words. */
async function killAt(words: string, names: readonly string[]): Promise<void> {
  await waitFor(() => {
    if (demo.child.exitCode !== null) throw new Error(`The demo ended early:\n${demo.output()}`);
    return demo.output().includes(words) && existsSync(path.join(demo.home, 'local.json'));
  }, 300_000);
  for (const name of names) process.kill(demo.file().processes[name] ?? -1, 'SIGKILL');
}

async function expectPlayed(): Promise<void> {
  const status = await demo.exited;
  expect(demo.output()).toContain(`One contract on the platform; events received: ${expected}`);
  expect(status).toBe(0);
  const name = /downloads what was signed: (\S+\.pdf)/.exec(demo.output())?.[1] ?? '';
  expect(readFileSync(name).subarray(0, 5).toString()).toBe('%PDF-');
  expect(demo.output()).toMatch(/Temporal +http:\S+\/namespaces\/default\/workflows\/ctr_\w+/);
}

test('the demo plays Example 1 to its end on an edition that runs already, which it leaves running', async () => {
  home = await localHome();
  const programs = () =>
    (JSON.parse(readFileSync(path.join(home, 'local.json'), 'utf8')) as StackFile).processes;
  const before = programs();
  demo = await play();
  await expectPlayed();
  expect(demo.output()).not.toContain('Starting PostgreSQL');
  expect(programs()).toEqual(before);
}, 200_000);

test('killing worker, API, Temporal and PostgreSQL delays the demo that started them and changes nothing else', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'demo-'));
  home = path.join(folder, '.paraphe');
  demo = await play();
  await killAt('A business system posts the contract', ['worker', 'api']);
  await killAt('✉ camille', ['postgres']);
  await killAt('✍ dominique', ['temporal', 'worker']);
  await killAt('Both have signed', ['api', 'postgres']);
  await expectPlayed();
  expect(demo.output()).toMatch(
    /(worker|api|postgres|temporal) ended \(signal SIGKILL\) and is started again/,
  );
  rmSync(folder, { recursive: true, maxRetries: 20, retryDelay: 100 });
}, 600_000);
