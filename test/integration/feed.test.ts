import { sql } from 'kysely';
import { asClient, createDatabase, type Database } from '../../store/database.js';
import { readFeed } from '../../store/feed.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const CLIENT = 'cli_feed';
/** More than get their places at a time. */
const EVENTS = 12_000;

let database: TestDatabase;
let worker: Database;
let api: Database;
beforeAll(async () => {
  database = await createTestDatabase();
  worker = createDatabase(database.url, 'paraphe_worker', 1).db;
  api = createDatabase(database.url, 'paraphe_api', 1).db;
}, 60_000);
afterAll(async () => {
  await Promise.all([worker.destroy(), api.destroy()]);
  await database.drop();
});

const idOf = (n: number): string => `evt_${String(n).padStart(6, '0')}`;

test('who knows an event by its webhook and reads on from there misses nothing, however many were never read', async () => {
  await sql`insert into paraphe.event (id, client_id, type, body, occurred_at, observed_at)
    select 'evt_' || lpad(n::text, 6, '0'), ${CLIENT}, 'contract.signed', '{}', at, at
    from generate_series(1, ${EVENTS}::int) n, lateral (select now() - interval '1 day' + n * interval '1 s' as at) t`.execute(
    worker,
  );
  const after = idOf(EVENTS - 3);
  const page = await asClient(api, CLIENT, (tx) => readFeed(tx, CLIENT, { after }, 10));
  expect(page?.map(({ id }) => id)).toEqual([idOf(EVENTS - 2), idOf(EVENTS - 1), idOf(EVENTS)]);
});
