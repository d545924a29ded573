import { createBeginContracts } from '../../activities/begin-contracts.js';
import type { ContractState } from '../../domain/contract/state.js';
import { PLACE_MS, PLACES, SIGNING_MS } from '../../domain/pace.js';
import { query } from '../../local/postgres/query.js';
import { createDatabase, type Database } from '../../store/database.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const ACCEPTED = new Date('2026-11-20T12:00:00Z');
let database: TestDatabase;
let db: Database;
let now: Date;
let started: string[];

beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabase(database.url, 'paraphe_worker', 4).db;
  now = new Date(ACCEPTED.getTime() + 60_000);
  started = [];
  await run(`insert into paraphe.client (id, name, scopes, created_at) values ('cli_1', 'a', '{}', now())`);
});
afterEach(async () => {
  await db.destroy();
  await database.drop();
});

const run = (text: string, values: unknown[] = []) => query(database.url, text, values);

/** Accepted one second after one another; their deadlines the other way round. */
const accept = (count: number) =>
  run(
    `insert into paraphe.contract (id, client_id, connection_id, status, deadline, state, version, language,
       notify_signatories, notify_owner, created_at, updated_at)
     select 'ctr_' || n, 'cli_1', 'con_1', 'accepted', $2::timestamptz + interval '1 day' * (100 - n),
       jsonb_build_object('id', 'ctr_' || n, 'createdAt', $2::timestamptz), 1, 'fr', true, true,
       $2::timestamptz + interval '1 second' * n, $2 from generate_series(1, $1::int) n`,
    [count, ACCEPTED],
  );
const publish = (id: string) => run(`update paraphe.contract set status = 'open' where id = $1`, [id]);
const later = (ms: number) => void (now = new Date(now.getTime() + ms));

const beginning = (start: (state: ContractState) => Promise<void> = async () => undefined) =>
  createBeginContracts({
    db,
    clock: { now: () => now },
    startContract: async (state) => {
      await start(state);
      started.push(state.id);
    },
  });

test('A rush is begun a few at a time, the most urgent and the one that has waited longest first', async () => {
  await accept(20);
  const begin = beginning();
  expect(await begin()).toEqual({ started: PLACES + 1, isFull: false, isYielding: false });
  expect(started.sort()).toEqual(['ctr_1', 'ctr_19', 'ctr_20']);
  expect(await begin()).toEqual({ started: 0, isFull: true, isYielding: false });
  await publish('ctr_1');
  await publish('ctr_20');
  expect((await begin()).started).toBe(2);
  expect(started.slice(PLACES + 1).sort()).toEqual(['ctr_18', 'ctr_2']);
});

test('While people sign, wherever, fewer are begun, and whoever begins is told to go slowly', async () => {
  await accept(20);
  await run(
    `insert into paraphe.connection (id, environment, url, api_user, sms_limit, attempt_limit, created_at)
     values ('con_1', 'sandbox', 'http://127.0.0.1', 'u', 3, 5, now())`,
  );
  await run(
    `insert into paraphe.platform_call (connection_id, operation, priority, at) values ('con_1', 'sms', 1, $1)`,
    [now],
  );
  const begin = beginning();
  expect(await begin()).toEqual({ started: 2, isFull: false, isYielding: true });
  later(SIGNING_MS);
  await publish('ctr_1');
  await publish('ctr_20');
  expect(await begin()).toEqual({ started: PLACES + 1, isFull: false, isYielding: false });
});

test('Whatever waits for the quota or the platform holds its place for a while only, and all have their turn', async () => {
  await accept(30);
  const begin = beginning();
  for (let turns = 0; turns < 10; turns += 1, later(PLACE_MS)) await begin();
  expect(new Set(started).size).toBe(30);
});

test('What the api has just accepted is left to it', async () => {
  await accept(1);
  now = new Date(ACCEPTED.getTime() + 1_500);
  expect((await beginning()()).started).toBe(0);
  later(1_000);
  expect((await beginning()()).started).toBe(1);
});

test('A start that fails is told and made again; those beside it stand', async () => {
  await accept(3);
  let isAway = true;
  const begin = beginning(async ({ id }) => {
    if (isAway && id === 'ctr_2') throw new Error('Temporal is away');
  });
  await expect(begin()).rejects.toThrow('Temporal is away');
  expect(started.sort()).toEqual(['ctr_1', 'ctr_3']);
  isAway = false;
  await publish('ctr_1');
  await begin();
  expect(started).toContain('ctr_2');
});

test('Two workers never begin at the same time, and one that dies leaves all to the other', async () => {
  await accept(1);
  let die: (error: Error) => void = () => undefined;
  let reached = (): void => undefined;
  const isThere = new Promise<void>((resolve) => (reached = resolve));
  const first = beginning(
    () =>
      new Promise((_resolve, reject) => {
        die = reject;
        reached();
      }),
  )();
  await isThere;
  expect(await beginning()()).toEqual({ started: 0, isFull: false, isYielding: false });
  die(new Error('killed'));
  await expect(first).rejects.toThrow('killed');
  expect(await beginning()()).toEqual({ started: 1, isFull: false, isYielding: false });
});
