import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endStack, startStackProcess, type StackProcess } from '../support/stack.js';
import { waitFor } from '../support/wait.js';

const expected =
  'contract.accepted, contract.published, signatory.signed, signatory.signed, contract.signed, contract.completed.';
let folder: string;
let demo: StackProcess;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'demo-'));
  const wish = { main: 'demo/main.js', args: ['--once'] };
  demo = await startStackProcess(path.join(folder, '.paraphe'), wish);
});

afterEach(async () => {
  await endStack(demo);
  rmSync(folder, { recursive: true, maxRetries: 20, retryDelay: 100 });
});

/** Kills programs as soon as the tale has come to these words. */
async function killAt(words: string, names: readonly string[]): Promise<void> {
  await waitFor(() => {
    if (demo.child.exitCode !== null) throw new Error(`The demo ended early:\n${demo.output()}`);
    return demo.output().includes(words) && existsSync(path.join(demo.home, 'local.json'));
  }, 300_000);
  for (const name of names) process.kill(demo.file().processes[name] ?? -1, 'SIGKILL');
}

function savedFile(): Buffer {
  const name = /downloads what was signed: (\S+\.pdf)/.exec(demo.output())?.[1] ?? '';
  return readFileSync(name);
}

test('the demo plays Example 1 to its end', async () => {
  const status = await demo.exited;
  expect(demo.output()).toContain(`One contract on the platform; events received: ${expected}`);
  expect(status).toBe(0);
  expect(savedFile().subarray(0, 5).toString()).toBe('%PDF-');
  expect(demo.output()).toMatch(/Temporal +http:\S+\/namespaces\/default\/workflows\/ctr_\w+/);
}, 200_000);

test('killing worker, API, Temporal and PostgreSQL delays the demo and changes nothing else', async () => {
  await killAt('A business system posts the contract', ['worker', 'api']);
  await killAt('✉ camille', ['postgres']);
  await killAt('✍ dominique', ['temporal', 'worker']);
  await killAt('Both have signed', ['api', 'postgres']);
  const status = await demo.exited;
  expect(demo.output()).toContain(`One contract on the platform; events received: ${expected}`);
  expect(status).toBe(0);
  expect(demo.output()).toMatch(
    /(worker|api|postgres|temporal) ended \(signal SIGKILL\) and is started again/,
  );
}, 600_000);
