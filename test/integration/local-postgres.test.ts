import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../local/ports.js';
import { createPostgres, type PostgresServer } from '../../local/postgres.js';
import { query } from '../../local/postgres/query.js';
import { startChild, type Child } from '../../local/process/child.js';

const password = 'secret-of-a-test';
let top: string;
let home: string;

beforeEach(() => {
  // A folder that nobody else may enter, as a checkout below /root is.
  top = mkdtempSync(path.join(tmpdir(), 'pg-'));
  chmodSync(top, 0o700);
  home = path.join(top, 'postgres');
});

afterEach(() => rmSync(top, { recursive: true, force: true }));

async function start(): Promise<{ server: PostgresServer; child: Child; port: number }> {
  const port = await freePort();
  const server = createPostgres({ home, port, password });
  const child = startChild(server.service, () => undefined);
  await child.ready;
  return { server, child, port };
}

test('PostgreSQL runs below a closed folder and keeps its data over a kill', async () => {
  const first = await start();
  await query(first.server.urlOf('postgres'), 'create table kept as select 7 as n');
  process.kill(first.child.pid, 'SIGKILL');
  await first.child.exited;
  const second = await start();
  const rows = await query(second.server.urlOf('postgres'), 'select n from kept');
  await second.child.stop(5000);
  expect(rows).toEqual([{ n: 7 }]);
  expect(await second.child.exited).toBe('status 0');
});

test('nobody enters without the password', async () => {
  const { child, port } = await start();
  const open = query(`postgres://paraphe:wrong@127.0.0.1:${port}/postgres`, 'select 1');
  await expect(open).rejects.toThrow('password authentication failed');
  await child.stop(5000);
});

test('a pid file that names a living stranger does not keep it from starting', async () => {
  const first = await start();
  process.kill(first.child.pid, 'SIGKILL');
  await first.child.exited;
  const file = path.join(home, 'data', 'postmaster.pid');
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'));
  const { child } = await start();
  await child.stop(5000);
});

test('the data of another version are refused in one sentence', () => {
  mkdirSync(path.join(home, 'data'), { recursive: true });
  writeFileSync(path.join(home, 'data', 'PG_VERSION'), '12\n');
  expect(() => createPostgres({ home, port: 5, password })).toThrow(
    /holds data of PostgreSQL 12 and this edition runs 18: move the folder away/,
  );
});
