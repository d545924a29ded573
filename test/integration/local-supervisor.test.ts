import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isAlive, processStart } from '../../local/process/process-table.js';
import { readyLine } from '../../local/process/readiness.js';
import { claimHome } from '../../local/process/run-record.js';
import type { Service } from '../../local/process/service.js';
import { createSupervisor, type Supervisor } from '../../local/supervisor.js';
import { waitFor } from '../support/wait.js';

const forEver = 'setInterval(() => {}, 1000);';
const ready = 'console.log(JSON.stringify({ ready: true }));';
let supervisor: Supervisor;

beforeEach(() => {
  supervisor = createSupervisor({
    line: () => undefined,
    news: () => undefined,
    started: () => undefined,
  });
});

afterEach(() => supervisor.stop());

function service(name: string, program: string, more: Partial<Service> = {}): Service {
  const wait: Service['ready'] = async (probe) => void (await readyLine(probe));
  return { name, command: process.execPath, args: ['-e', program], env: {}, ready: wait, ...more };
}

const pidOf = (name: string) => supervisor.pids()[name] ?? -1;

test('a program that dies is started again while the others go on', async () => {
  await supervisor.start(service('one', ready + forEver));
  await supervisor.start(service('two', ready + forEver));
  const [one, two] = [pidOf('one'), pidOf('two')];
  process.kill(one, 'SIGKILL');
  const again = await waitFor(() => pidOf('one') !== one && pidOf('one'));
  expect(isAlive(again)).toBe(true);
  expect(pidOf('two')).toBe(two);
  expect(isAlive(two)).toBe(true);
});

test('the stop ends every program, also one that does not listen', async () => {
  const deaf = "process.on('SIGTERM', () => {});";
  await supervisor.start(service('polite', ready + forEver));
  await supervisor.start(service('deaf', deaf + ready + forEver));
  const pids = Object.values(supervisor.pids());
  const began = Date.now();
  await supervisor.stop();
  expect(pids.map(isAlive)).toEqual([false, false]);
  expect(Date.now() - began).toBeLessThan(10_000);
});

test('the stop takes along what a program has started itself', async () => {
  const parent = `const { pid } = require('node:child_process').spawn(process.execPath, ['-e', '${forEver}']);
    console.log(JSON.stringify({ ready: true, pid }));`;
  let grandchild = -1;
  const wait: Service['ready'] = async (probe) => {
    grandchild = (await readyLine(probe))['pid'] as number;
  };
  await supervisor.start(service('parent', parent + forEver, { ready: wait }));
  expect(isAlive(grandchild)).toBe(true);
  await supervisor.stop();
  await waitFor(() => !isAlive(grandchild));
});

test('a foundation is ended after what stands on it', async () => {
  const ends: string[] = [];
  const told = "process.on('SIGTERM', () => { console.log('end'); process.exit(0); });";
  supervisor = createSupervisor({
    line: (name, line) => line === 'end' && ends.push(name),
    news: () => undefined,
    started: () => undefined,
  });
  await supervisor.start(service('base', told + ready + forEver, { foundation: true }));
  await supervisor.start(service('top', told + ready + forEver));
  await supervisor.stop();
  expect(ends).toEqual(['top', 'base']);
});

test('a program that never gets ready is told, not waited for', async () => {
  await expect(supervisor.start(service('broken', 'process.exit(3)'))).rejects.toThrow(
    'broken ended: status 3',
  );
  expect(supervisor.pids()).toEqual({});
});

describe('the home folder', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'home-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  test('what a killed supervisor left running is ended by the next one', async () => {
    const left = spawn(process.execPath, ['-e', forEver], { stdio: 'ignore' });
    const gone = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    const pid = left.pid ?? -1;
    const known = { pid, start: processStart(pid) };
    await once(gone, 'exit');
    const supervisorThen = { pid: gone.pid, start: '1' };
    writeFileSync(
      path.join(home, 'run.json'),
      JSON.stringify({ supervisor: supervisorThen, processes: { left: known } }),
    );
    await claimHome(home);
    expect(isAlive(pid)).toBe(false);
  });

  test('a pid that has gone to a stranger is left alone', async () => {
    const stranger = spawn(process.execPath, ['-e', forEver], { stdio: 'ignore' });
    const pid = stranger.pid ?? -1;
    const record = { supervisor: { pid, start: 'x' }, processes: { left: { pid, start: 'another time' } } };
    writeFileSync(path.join(home, 'run.json'), JSON.stringify(record));
    await claimHome(home);
    expect(isAlive(pid)).toBe(true);
    stranger.kill();
  });

  test('a second supervisor is refused while the first lives', async () => {
    const first = spawn(process.execPath, ['-e', forEver], { stdio: 'ignore' });
    const pid = first.pid ?? -1;
    const record = { supervisor: { pid, start: processStart(pid) }, processes: {} };
    writeFileSync(path.join(home, 'run.json'), JSON.stringify(record));
    await expect(claimHome(home)).rejects.toThrow(`already runs in ${home} (process ${pid})`);
    first.kill();
  });
});
