import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  endStack,
  startStackProcess,
  untilReady,
  type StackFile,
  type StackProcess,
  type StackWish,
} from '../support/stack.js';
import { waitFor } from '../support/wait.js';

const run = promisify(execFile);
const killed = ['worker', 'postgres', 'temporal', 'api'];
// Whole stacks start here, side by side with whatever else the machine does.
jest.setTimeout(240_000);

const stacks: StackProcess[] = [];
let home: string;

const newHome = (): string => path.join(mkdtempSync(path.join(tmpdir(), 'start-')), '.paraphe');

async function endAll(): Promise<void> {
  for (const stack of stacks.splice(0)) await endStack(stack);
  rmSync(path.dirname(home), { recursive: true, maxRetries: 20, retryDelay: 100 });
}

async function start(wish: StackWish = {}): Promise<StackProcess> {
  const stack = await startStackProcess(home, wish);
  stacks.push(stack);
  return stack;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function countContracts({ api, key }: StackFile): Promise<number> {
  const answer = await fetch(`${api}/v1/contracts`, { headers: { authorization: `Bearer ${key}` } });
  return ((await answer.json()) as { data: unknown[] }).data.length;
}

describe('one home, started three times', () => {
  let running: StackProcess;
  let file: StackFile;

  beforeAll(() => {
    home = newHome();
  });
  afterAll(endAll);

  test('npm start gets ready, its curl works, its end is complete, its data stay', async () => {
    const first = await start();
    file = await untilReady(first);
    expect(statSync(path.join(home, 'local.json')).mode & 0o777).toBe(0o600);
    expect(Object.keys(file.processes)).toEqual(
      expect.arrayContaining(['api', 'mailbox', 'postgres', 'temporal', 'twin', 'worker']),
    );
    const command = await waitFor(() => /curl -sS[\s\S]*?}'/.exec(first.output())?.[0]);
    const { stdout } = await run('bash', ['-c', command]);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'accepted', label: 'Contrat de travail' });

    const stopping = Date.now();
    first.child.kill('SIGINT');
    expect(await first.exited).toBe(0);
    expect(Date.now() - stopping).toBeLessThan(10_000);
    expect(Object.values(file.processes).filter(isAlive)).toEqual([]);
    expect(existsSync(path.join(home, 'local.json'))).toBe(false);

    running = await start();
    const again = await untilReady(running);
    expect(again.key).toBe(file.key);
    expect(await countContracts(again)).toBe(1);
  });

  test('a killed program is started again and local.json names the new process', async () => {
    const before = running.file();
    for (const name of killed) process.kill(before.processes[name] ?? -1, 'SIGKILL');
    await waitFor(() => {
      const { processes } = running.file();
      return killed.every((name) => processes[name] !== before.processes[name]);
    });
    await waitFor(
      async () => (await fetch(`${before.api}/readyz`).catch(() => null))?.status === 200,
      100_000,
    );
    expect(running.file().processes['twin']).toBe(before.processes['twin']);
  });

  test('after the supervisor itself was killed the next start ends what it left', async () => {
    const left = running.file();
    running.child.kill('SIGKILL');
    await waitFor(() => running.child.signalCode !== null);
    const next = await start({ env: { API_PORT: new URL(left.api).port } });
    await waitFor(() => next.output().includes('is ready'), 100_000);
    expect(Object.values(left.processes).filter(isAlive)).toEqual([]);
    next.child.kill('SIGTERM');
    expect(await next.exited).toBe(0);
  });
});

describe('a start that can’t be', () => {
  beforeEach(() => {
    home = newHome();
  });
  afterEach(endAll);

  test('a port in use is one sentence and status 1, with nothing left running', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const stack = await start({ env: { API_PORT: port } });
    expect(await stack.exited).toBe(1);
    other.close();
    expect(stack.output().trim()).toBe(
      `paraphe: Port ${port}, which the API needs, is in use: stop the program that has it, or choose another with API_PORT.`,
    );
    expect(existsSync(path.join(home, 'run.json'))).toBe(false);
  });

  test('a data folder that can’t be used is one sentence and status 1', async () => {
    mkdirSync(path.dirname(home), { recursive: true });
    writeFileSync(home, 'a file');
    const stack = await start();
    expect(await stack.exited).toBe(1);
    expect(stack.output().trim()).toBe(
      `paraphe: The data folder ${home} can't be used (EEXIST): make it a folder of yours, or choose another PARAPHE_HOME.`,
    );
  });

  test('the data folder of another version is one sentence and status 1', async () => {
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'layout'), '99\n');
    const stack = await start();
    expect(await stack.exited).toBe(1);
    expect(stack.output()).toContain('was made by another version of paraphe (layout 99, this one has 1)');
    expect(stack.output().trim().split('\n')).toHaveLength(1);
  });
});
