import { sql } from 'kysely';
import { Client } from 'pg';
import { createDatabase, type Database } from '../../store/database.js';
import { createTestDatabase } from '../support/postgres.js';

let db: Database;
let owner: Client;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createTestDatabase();
  db = createDatabase(database.url, 'paraphe_worker', 1).db;
  owner = new Client({ connectionString: database.url });
  await owner.connect();
  drop = database.drop;
});

afterAll(async () => {
  await Promise.all([db.destroy(), owner.end()]);
  await drop();
});

async function sessionOf(one: Pick<Database, 'getExecutor'>): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(one);
  return rows[0]!.pid;
}

/** Ends the session as a server that goes down ends all of them. */
async function end(pid: number): Promise<void> {
  const { rows } = await owner.query<{ ended: boolean }>('select pg_terminate_backend($1, 5000) as ended', [
    pid,
  ]);
  expect(rows).toEqual([{ ended: true }]);
  // What the server said to the ended session came before its answer to this one.
  await owner.query('select 1');
}

test('a session that ends between two statements of a transaction fails the transaction, not the process', async () => {
  let first = 0;
  const transaction = db.transaction().execute(async (tx) => {
    first = await sessionOf(tx);
    await end(first);
    await sql`select 1`.execute(tx);
  });
  await expect(transaction).rejects.toThrow(/not queryable|Connection terminated/);
  expect(await sessionOf(db)).not.toBe(first);
});
