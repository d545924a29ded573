import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Client, type Pool } from 'pg';
import { createRequestLocks, type RequestLocks } from '../../api/request-locks.js';
import { createDatabase, type Database } from '../../store/database.js';
import { isDatabaseDown } from '../../store/database-down.js';
import { createTestDatabase } from '../support/postgres.js';
import { waitFor } from '../support/wait.js';

/** A way to PostgreSQL that can fall silent without a word, as a network does. */
let way: { server: Server; sockets: Set<Socket> };
let db: Database;
let pool: Pool;
let locks: RequestLocks;
let owner: Client;
let drop: () => Promise<void>;

beforeEach(async () => {
  const database = await createTestDatabase();
  const url = new URL(database.tcpUrl);
  way = await openWay(Number(url.port));
  url.port = String((way.server.address() as AddressInfo).port);
  ({ db, pool } = createDatabase(url.href, 'paraphe_api', 3));
  locks = createRequestLocks(pool, 500);
  owner = new Client({ connectionString: database.url });
  await owner.connect();
  drop = database.drop;
});
afterEach(async () => {
  locks.close();
  await Promise.all([db.destroy(), owner.end()]);
  for (const socket of way.sockets) socket.destroy();
  way.server.close();
  await drop();
});

async function openWay(port: number): Promise<typeof way> {
  const sockets = new Set<Socket>();
  const server = createServer((here) => {
    const there = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [here, there],
      [there, here],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, sockets };
}

function fallSilent(): void {
  for (const socket of way.sockets) socket.unpipe().pause();
}

const key = { clientId: 'cli', path: '/v1/contracts/ctr/sms', key: 'k' };

/** Ends the sessions of the pool, as a server that restarts does. */
async function endSessions(): Promise<void> {
  const { rows } = await owner.query<{ ended: boolean }>(
    `select pg_terminate_backend(pid, 5000) as ended from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  expect(rows.length).toBeGreaterThan(0);
}

test('Each time PostgreSQL restarts the session of the locks is replaced, and its place in the pool is free again', async () => {
  for (let restart = 0; restart < 6; restart++) {
    const giveBack = await locks.take(key);
    await endSessions();
    await giveBack!();
    await waitFor(() => pool.totalCount === 0);
  }
  const giveBack = await locks.take(key);
  expect(giveBack).not.toBeNull();
  await giveBack!();
});

test('A session that says nothing any more is given up: who waits is told so, and the next one gets an answer', async () => {
  const giveBack = await locks.take(key);
  fallSilent();
  const others = ['a', 'b', 'c'].map((name) => locks.take({ ...key, key: name }));
  for (const result of await Promise.allSettled([giveBack!(), ...others]))
    if (result.status === 'rejected') expect(isDatabaseDown(result.reason)).toBe(true);
  expect(pool.totalCount).toBe(0);
  const again = await locks.take({ ...key, key: 'd' });
  expect(again).not.toBeNull();
  await again!();
});
