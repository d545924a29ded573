import { sql } from 'kysely';
import { routesOf } from '../../api/routes/all.js';
import { asClient, asOperator } from '../../store/database.js';
import { PDF, postTrigger, startTestApi, type TestApi } from '../support/api.js';

let api: TestApi;
let stranger: { id: string; key: string };
let ids: Record<string, string>;

beforeAll(async () => {
  api = await startTestApi();
  stranger = await api.newClient();
  const made = await postTrigger(api, { reference: 'mine' });
  const endpoint = await api.ask('POST', '/v1/webhook-endpoints', {
    body: { url: 'https://hooks.example.com/', events: ['*'] },
  });
  const again = await postTrigger(api);
  const events = await api.ask('GET', '/v1/events');
  const deliveries = await api.ask('GET', `/v1/webhook-endpoints/${endpoint.body.id}/deliveries`);
  const keys = await api.ask('GET', '/v1/keys');
  ids = {
    ctr: again.body.id,
    sig: again.body.signatories[0].id,
    doc: again.body.documents[0].id,
    whe: endpoint.body.id,
    dlv: deliveries.body.data[0].id,
    key: keys.body.data[0].id,
    evt: events.body.data[0].id,
    first: made.body.id,
  };
  const owner = await api.db
    .selectFrom('paraphe.contract')
    .select('client_id')
    .where('id', '=', ids['ctr']!)
    .executeTakeFirstOrThrow();
  await api.db
    .insertInto('paraphe.delivery_attempt')
    .values({
      delivery_id: ids['dlv']!,
      client_id: owner.client_id,
      number: 1,
      at: new Date(),
      status: 200,
      duration_ms: 1,
      response: null,
      error: null,
    })
    .execute();
  await api.db
    .insertInto('personal.platform_log')
    .values({
      contract_id: ids['ctr']!,
      client_id: owner.client_id,
      sealed: Buffer.alloc(1),
      retrieved_at: new Date(),
    })
    .execute();
});
afterAll(() => api.close());

/** Every table with rows of clients, found in the catalogue so that no new one is forgotten. */
async function clientTables(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_schema || '.' || table_name as name from information_schema.columns
    where table_schema in ('paraphe', 'personal') and column_name = 'client_id'
      and has_table_privilege('paraphe_api', quote_ident(table_schema) || '.' || quote_ident(table_name), 'select')
    order by 1`.execute(api.db);
  return rows.map(({ name }) => name);
}

/** Those in which this test has rows, so that hiding them means something. */
const FILLED = [
  'paraphe.api_key',
  'paraphe.contract',
  'paraphe.delivery',
  'paraphe.delivery_attempt',
  'paraphe.event',
  'paraphe.idempotency',
  'paraphe.journal',
  'paraphe.webhook_endpoint',
  'personal.client_contact',
  'personal.contract_data',
  'personal.document_content',
  'personal.platform_log',
];

async function isGuarded(table: string): Promise<boolean> {
  const { rows } = await sql<{ on: boolean }>`
    select relrowsecurity as on from pg_class where oid = ${table}::regclass`.execute(api.db);
  return rows[0]!.on;
}

async function count(table: string, as: 'client' | 'operator' | 'nobody'): Promise<number> {
  const query = sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`;
  const { db } = api.deps;
  if (as === 'nobody') return (await query.execute(db)).rows[0]!.n;
  if (as === 'operator') return asOperator(db, async (tx) => (await query.execute(tx)).rows[0]!.n);
  const foreign = sql<{
    n: number;
  }>`select count(*)::int as n from ${sql.table(table)} where client_id <> ${stranger.id}`;
  return asClient(db, stranger.id, async (tx) => (await foreign.execute(tx)).rows[0]!.n);
}

test('Row-level security hides other clients’ rows in every table, and all rows from nobody in particular', async () => {
  const tables = await clientTables();
  expect(tables).toEqual(expect.arrayContaining(FILLED));
  for (const table of tables) {
    expect([table, await isGuarded(table)]).toEqual([table, true]);
    expect([table, await count(table, 'client'), await count(table, 'nobody')]).toEqual([table, 0, 0]);
    if (FILLED.includes(table)) expect([table, await count(table, 'operator')]).not.toEqual([table, 0]);
  }
});

test('A row can’t be written in another client’s name', async () => {
  const { db } = api.deps;
  const owner = await api.db.selectFrom('paraphe.contract').select('client_id').executeTakeFirstOrThrow();
  const journal = {
    at: new Date(),
    client_id: owner.client_id,
    actor: 'x',
    action: 'x',
    object: 'x',
    outcome: 'x',
    position: null,
    previous_hash: null,
    hash: null,
  };
  await expect(
    asClient(db, stranger.id, (tx) => tx.insertInto('paraphe.journal').values(journal).execute()),
  ).rejects.toThrow(/row-level security/);
});

test('On every route another client’s objects are not there', async () => {
  const routes = routesOf({ forget: () => undefined }).filter(
    (route) => route.params !== undefined && route.scope !== 'admin',
  );
  expect(routes.length).toBeGreaterThan(15);
  for (const route of routes) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[route.params![name]!]!);
    const asking = {
      key: stranger.key,
      ...(route.method === 'get' || route.method === 'delete' ? {} : { body: bodyFor(route.path) }),
    };
    const foreign = await api.ask(route.method.toUpperCase(), path, asking);
    const missing = await api.ask(
      route.method.toUpperCase(),
      path.replaceAll(/_[0-9a-z]{26}/g, '_01hzy3v9m8e4s8yq2m0rk7n5tb'),
      asking,
    );
    expect([route.method, path, foreign.status, foreign.body.code]).toEqual([
      route.method,
      path,
      404,
      'not_found',
    ]);
    expect(foreign.body.detail).toBe(missing.body.detail);
  }
});

function bodyFor(path: string): object {
  if (path.endsWith('/signature')) return { code: '0000' };
  if (path.endsWith('/replay')) return { since: '2026-01-01T00:00:00Z' };
  return {};
}

test('Lists and the feed hold one’s own only', async () => {
  for (const path of ['/v1/contracts', '/v1/events', '/v1/webhook-endpoints']) {
    const list = await api.ask('GET', path, { key: stranger.key });
    expect([path, list.body.data]).toEqual([path, []]);
  }
  const byReference = await api.ask('GET', '/v1/contracts?reference=mine', { key: stranger.key });
  expect(byReference.body.data).toEqual([]);
  const after = await api.ask('GET', `/v1/events?after=${ids['evt']}`, { key: stranger.key });
  expect([after.status, after.body.code]).toEqual([410, 'events_purged']);
  const keys = await api.ask('GET', '/v1/keys', { key: stranger.key });
  expect(keys.body.data).toHaveLength(1);
  expect(keys.body.data[0].id).not.toBe(ids['key']);
});

test('The same reference and the same Idempotency-Key belong to each client apart', async () => {
  const headers = { 'idempotency-key': 'shared' };
  const mine = await postTrigger(api, { reference: 'shared' }, { headers });
  const theirs = await postTrigger(api, { reference: 'shared' }, { headers, key: stranger.key });
  expect([mine.status, theirs.status]).toEqual([202, 202]);
  expect(theirs.headers.get('idempotent-replayed')).toBeNull();
  expect(theirs.body.id).not.toBe(mine.body.id);
});

test('Another client’s upload can’t be put into a contract', async () => {
  const upload = await api.ask('POST', '/v1/documents', {
    raw: PDF,
    headers: { 'content-type': 'application/pdf' },
  });
  const answer = await postTrigger(
    api,
    { annexes: [{ name: 'a.pdf', documentId: upload.body.id }] },
    { key: stranger.key },
  );
  expect([answer.status, answer.body.code]).toEqual([422, 'unknown_document']);
});

test('A client limited to some members sees no others, in answers, lists and events', async () => {
  const limited = await api.newClient({ fields: ['status', 'signatories.status', 'documents'] });
  const made = await postTrigger(api, { reference: 'r' }, { key: limited.key });
  const read = await api.ask('GET', `/v1/contracts/${made.body.id}`, { key: limited.key });
  const list = await api.ask('GET', '/v1/contracts', { key: limited.key });
  for (const contract of [made.body, read.body, list.body.data[0]]) {
    expect(Object.keys(contract).sort()).toEqual(['documents', 'id', 'signatories', 'status']);
    expect(Object.keys(contract.signatories[0]).sort()).toEqual(['id', 'status']);
  }
  const events = await api.ask('GET', '/v1/events', { key: limited.key });
  expect(Object.keys(events.body.data[0].data.contract).sort()).toEqual([
    'id',
    'previousStatus',
    'signatories',
    'status',
  ]);
});

test('Each reading of personal data is written down with who, what and when', async () => {
  await api.ask('GET', `/v1/contracts/${ids['ctr']}`);
  await api.ask('GET', `/v1/contracts/${ids['ctr']}/documents/${ids['doc']}`);
  const entries = await api.db
    .selectFrom('paraphe.journal')
    .selectAll()
    .where('action', '=', 'read')
    .execute();
  expect(entries.map((entry) => entry.object)).toEqual(expect.arrayContaining([ids['ctr'], ids['doc']]));
  expect(entries.every((entry) => entry.actor.startsWith('key_'))).toBe(true);
});
