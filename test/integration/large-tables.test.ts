import { sql } from 'kysely';
import { query } from '../../local/postgres/query.js';
import { listContracts } from '../../store/contracts-read.js';
import { asClient, type Tx } from '../../store/database.js';
import { estimatePublishing } from '../../store/estimate.js';
import { readChainOf } from '../../store/journal-chain.js';
import { unfinishedEvidence } from '../../store/evidence.js';
import { rankInQueue } from '../../store/platform-calls.js';
import { dueForPurge } from '../../store/retention.js';
import { postTrigger, startTestApi, type TestApi } from '../support/api.js';

const MANY = 20_000;

let api: TestApi;
/** Who has many contracts, and who has none. */
let large: string;
let small: string;
/** A contract in the publishing queue. */
let waiting: string;

beforeAll(async () => {
  api = await startTestApi();
  small = (await api.newClient()).id;
  const { id } = (await postTrigger(api)).body as { id: string };
  waiting = id;
  await query(
    api.databaseUrl,
    `insert into paraphe.contract (id, client_id, connection_id, reference, status, deadline, state, version, language,
       notify_signatories, notify_owner, created_at, updated_at, workflow_started_at, purged_at)
     select left(id, 4) || lpad(n::text, 26, '0'), client_id, connection_id, 'R' || n, 'completed', deadline, state,
       version, language, notify_signatories, notify_owner, created_at, updated_at, now(),
       case when n > 50 then now() end
     from paraphe.contract, generate_series(1, ${MANY}) n where id = $1`,
    [id],
  );
  await query(
    api.databaseUrl,
    `alter table paraphe.journal disable trigger all;
     insert into paraphe.journal (at, client_id, actor, action, object, outcome, position, previous_hash, hash)
     select now(), 'cli', 'key', 'read', 'ctr_' || n / 5, 'shown', n, 'b', 'a' from generate_series(10, ${MANY}) n`,
  );
  await query(
    api.databaseUrl,
    `insert into paraphe.platform_call (connection_id, contract_id, operation, intent, priority, at, outcome)
     select id, 'ctr_' || n, 'create', 'create:ctr_' || n, 2, now() - interval '2 days', 'done'
     from paraphe.connection, generate_series(1, ${MANY}) n`,
  );
  await query(api.databaseUrl, 'analyze');
  const [row] = await query<{ client_id: string }>(
    api.databaseUrl,
    'select client_id from paraphe.contract limit 1',
  );
  large = row!.client_id;
}, 60_000);
afterAll(() => api.close());

/** Rows of a table that this connection has read of late, whether or not it kept them. */
async function rowsRead(tx: Tx, table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as count
    from pg_stat_xact_user_tables where relname = ${table}`.execute(tx);
  return rows[0]?.count ?? 0;
}

const listed = (clientId: string, filter: { reference?: string }) =>
  asClient(api.deps.db, clientId, async (tx) => {
    const before = await rowsRead(tx, 'contract');
    const found = await listContracts(tx, clientId, filter, null, 21);
    return { found: found.length, read: (await rowsRead(tx, 'contract')) - before };
  });

test('a list reads what it shows, not the contracts of all others', async () => {
  expect(await listed(small, {})).toEqual({ found: 0, read: 0 });
  const { found, read } = await listed(large, {});
  expect([found, read < 100]).toEqual([21, true]);
});

test('a reference is found without reading all contracts of the client', async () => {
  const { found, read } = await listed(large, { reference: 'R77' });
  expect([found, read < 10]).toEqual([1, true]);
});

test('what was done with a contract is found without reading the whole journal', async () => {
  const { length, read } = await api.db.transaction().execute(async (tx) => {
    const before = await rowsRead(tx, 'journal');
    const { length } = await readChainOf(tx, 'ctr_77');
    return { length, read: (await rowsRead(tx, 'journal')) - before };
  });
  expect([length, read < 10]).toEqual([5, true]);
});

test('what is due to be purged, or has no evidence, is looked for among contracts that are kept', async () => {
  const reads = (look: (tx: Tx) => Promise<unknown>) =>
    api.db.transaction().execute(async (tx) => {
      const before = await rowsRead(tx, 'contract');
      await look(tx);
      return (await rowsRead(tx, 'contract')) - before;
    });
  expect(await reads((tx) => dueForPurge(tx, new Date(), 200))).toBeLessThan(100);
  expect(await reads((tx) => unfinishedEvidence(tx, false, 50))).toBeLessThan(100);
});

test('the queue is counted without reading all that was ever asked of the platform', async () => {
  const { connection } = api.deps;
  const now = new Date();
  const read = await api.db.transaction().execute(async (tx) => {
    const before = await rowsRead(tx, 'platform_call');
    await rankInQueue(tx, connection.id, waiting);
    const next = { id: 'ctr_next', deadline: now };
    await estimatePublishing(tx, { ...connection, dailyQuota: 1000 }, [next], now);
    return (await rowsRead(tx, 'platform_call')) - before;
  });
  expect(read).toBeLessThan(10);
});
