import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { sql } from 'kysely';
import { createDatabase, type Database } from '../../store/database.js';
import { isDatabaseDown } from '../../store/database-down.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
let proxy: Server;
let db: Database;
const pairs: [Socket, Socket][] = [];
const SILENCE_MS = 500;

beforeAll(async () => {
  database = await createTestDatabase();
  const { port, hostname } = new URL(database.tcpUrl);
  proxy = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    pairs.push([near, far]);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(database.tcpUrl);
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  db = createDatabase(url.href, 'paraphe_worker', 1, SILENCE_MS).db;
}, 60_000);
afterAll(async () => {
  await db.destroy();
  for (const socket of pairs.flat()) socket.destroy();
  proxy.close();
  await database.drop();
});

/** From now on nothing passes on the connections that there are, in neither direction, and nobody is told. */
function fallSilent(): void {
  for (const [near, far] of pairs) {
    near.unpipe(far);
    far.unpipe(near);
  }
}

test('a server that vanished without a word fails the statement, and the next one goes over a connection of its own', async () => {
  await sql`select 1`.execute(db);
  fallSilent();
  const error = await sql`select 1`.execute(db).catch((reason: unknown) => reason);
  expect(isDatabaseDown(error)).toBe(true);
  const { rows } = await sql<{ one: number }>`select 1 as one`.execute(db);
  expect(rows).toEqual([{ one: 1 }]);
}, 10_000);
