import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { businessSystem } from '../support/business-system.js';
import { acceptanceTarget } from '../support/stack.js';
import { waitFor } from '../support/wait.js';

const MAIN = path.join(__dirname, '..', '..', 'dist', 'local', 'listen', 'main.js');

interface Listener {
  readonly child: ChildProcess;
  readonly heard: () => { id: string; type: string }[];
  readonly said: () => string;
}

function listen(...args: string[]): Listener {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const lines = (): string[] => out.split('\n').slice(0, -1);
  return { child, heard: () => lines().map((line) => JSON.parse(line)), said: () => err };
}

test('a developer without a public address hears what happens from now on, each event once', async () => {
  const { api, key } = await acceptanceTarget();
  const system = businessSystem({ api, key });
  const before = await system.trigger();
  await system.until(before.id, 'open');
  const { child, heard, said } = listen('--api', api, '--key', key);
  // It listens from the newest event on, so what is looked for must come after it has found that.
  await waitFor(() => said().includes('listening'));
  const ids: string[] = [];
  const own = (): { id: string; type: string }[] =>
    heard().filter((event) => ids.some((id) => JSON.stringify(event).includes(id)));
  await waitFor(async () => {
    const { id } = await system.trigger();
    ids.push(id);
    await system.until(id, 'open');
    return own().length >= 2;
  });
  child.kill('SIGINT');
  await once(child, 'close');
  expect(own().map((event) => event.type)).toEqual(
    expect.arrayContaining(['contract.accepted', 'contract.published']),
  );
  const all = heard().map((event) => event.id);
  expect(new Set(all).size).toBe(all.length);
  expect(JSON.stringify(heard())).not.toContain(before.id);
});

test('a key that is refused ends the listening with its reason', async () => {
  const { api } = await acceptanceTarget();
  const { child, said } = listen('--api', api, '--key', 'pph_sandbox_no');
  const [status] = (await once(child, 'close')) as [number];
  expect(status).toBe(1);
  expect(said()).toMatch(/webhook:listen: .*key/i);
});
