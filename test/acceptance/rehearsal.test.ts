import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endStack, startStackProcess, type StackProcess } from '../support/stack.js';
import { waitFor } from '../support/wait.js';

let home: string;
let rehearsal: StackProcess;
jest.setTimeout(300_000);

beforeEach(() => {
  home = path.join(mkdtempSync(path.join(tmpdir(), 'rehearsal-')), 'home');
});

afterEach(async () => {
  await endStack(rehearsal);
  rmSync(path.dirname(home), { recursive: true, maxRetries: 20, retryDelay: 100 });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The programs of the rehearsal that runs. */
function processes(): number[] {
  const { processes: noted } = JSON.parse(readFileSync(path.join(home, 'run.json'), 'utf8')) as {
    processes: Record<string, { pid: number }>;
  };
  return Object.values(noted).map(({ pid }) => pid);
}

const rehearse = (...args: string[]): Promise<StackProcess> =>
  startStackProcess(home, { main: 'rehearsal/main.js', args });

test('contracts in every state survive the loss of PostgreSQL, Temporal and archive', async () => {
  rehearsal = await rehearse('--small', '--only', 'restore', '--contracts', '8');
  const status = await rehearsal.exited;
  expect([rehearsal.output(), status]).toEqual([expect.stringContaining('passed: '), 0]);
  const report = readFileSync(path.join(home, 'rehearsal', 'report.md'), 'utf8');
  for (const line of [
    '# Rehearsal: passed',
    '| ✓ | contracts that reach their end | 8 of 8 |',
    '| ✓ | contracts on the platform, one for each | 8 for 8 |',
    'lost: 3 of 3',
  ])
    expect(report).toContain(line);
});

test('a rehearsal ends what a killed one has left running; ended by somebody it finds nothing any more, writes no report and leaves nothing running', async () => {
  const args = ['--small', '--only', 'restore,overload', '--contracts', '8'];
  rehearsal = await rehearse(...args);
  await waitFor(() => rehearsal.output().includes('two apis behind the balancer'), 100_000);
  const left = processes();
  expect(left.length).toBeGreaterThanOrEqual(4);
  rehearsal.child.kill('SIGKILL');
  await rehearsal.exited;

  rehearsal = await rehearse(...args);
  await waitFor(() => rehearsal.output().includes('contracts in every state'), 100_000);
  expect(left.filter(isAlive)).toEqual([]);
  const running = processes();
  rehearsal.child.kill('SIGINT');
  expect([await rehearsal.exited, rehearsal.output()]).toEqual([
    130,
    expect.not.stringMatching(/✗|overload/),
  ]);
  expect(existsSync(path.join(home, 'rehearsal'))).toBe(false);
  expect(running.filter(isAlive)).toEqual([]);
});

test('a word that is not understood is one sentence, and nothing is started', async () => {
  rehearsal = await rehearse('--only', 'everything');
  expect(await rehearsal.exited).toBe(1);
  expect(rehearsal.output().trim()).toBe(
    'paraphe: --only everything: give some of rolling, acceptance, restore, overload, alerts.',
  );
  expect(existsSync(home)).toBe(false);
});
