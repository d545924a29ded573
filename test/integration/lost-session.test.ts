import { sql } from 'kysely';
import { createDatabase, type Database } from '../../store/database.js';
import { createTestDatabase } from '../support/postgres.js';

let db: Database;
let other: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createTestDatabase();
  db = createDatabase(database.url, 'paraphe_worker', 1).db;
  other = createDatabase(database.url, 'paraphe_worker', 1).db;
  drop = database.drop;
});

afterAll(async () => {
  await Promise.all([db.destroy(), other.destroy()]);
  await drop();
});

async function sessionOf(one: Pick<Database, 'getExecutor'>): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(one);
  return rows[0]!.pid;
}

/** Ends the session, as a server that goes down ends all of them, and waits until its end is known to all. */
async function end(pid: number): Promise<void> {
  await sql`select pg_terminate_backend(${pid}, 5000)`.execute(other);
  // What the server said to the ended session came before its answer to this one.
  await sql`select 1`.execute(other);
}

test('a session that ends between two statements of a transaction fails the transaction, not the process', async () => {
  const transaction = db.transaction().execute(async (tx) => {
    await end(await sessionOf(tx));
    await sql`select 1`.execute(tx);
  });
  await expect(transaction).rejects.toThrow(/terminat|not queryable|Connection/);
  expect(await sessionOf(db)).toBeGreaterThan(0);
});
