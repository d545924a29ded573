import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { newId } from '../../runtime/ids.js';
import { openEndpointSecrets, secretsInForce } from '../../store/endpoint-secrets.js';
import { insertDeliveries } from '../../store/record.js';
import { postTrigger, startTestApi, type TestApi } from '../support/api.js';
import { issueCertificates } from '../support/tls-certificates.js';

let api: TestApi;
beforeAll(async () => (api = await startTestApi()));
afterAll(() => api.close());

const create = (members: object = {}, headers = {}) =>
  api.ask('POST', '/v1/webhook-endpoints', {
    body: { url: 'https://hooks.example.com/', ...members },
    headers,
  });

test('An endpoint shows its secret once, is sealed at rest, and gets the default events when it names none', async () => {
  const made = await create({ headers: { 'X-Token': 'hush' }, description: 'erp' });
  expect(made.status).toBe(201);
  expect(made.body.secret).toMatch(/^whsec_/);
  expect(made.body.events).toContain('contract.completed');
  expect(made.body.events).not.toContain('contract.accepted');
  const read = await api.ask('GET', `/v1/webhook-endpoints/${made.body.id}`);
  const { secret, ...shown } = made.body;
  expect(read.body).toEqual(shown);
  const row = await api.db
    .selectFrom('paraphe.webhook_endpoint')
    .selectAll()
    .where('id', '=', made.body.id)
    .executeTakeFirstOrThrow();
  expect(row.sealed.toString('latin1')).not.toContain('hush');
  const secrets = openEndpointSecrets(api.vault, made.body.id, row.sealed);
  expect(secrets.headers).toEqual({ 'X-Token': 'hush' });
  expect(secretsInForce(secrets, new Date())).toEqual([secret]);
});

test('The same Idempotency-Key makes one endpoint, with the same secret', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const [first, second] = [await create({}, headers), await create({}, headers)];
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(second.body).toEqual(first.body);
});

test('After a rotation both secrets sign until the overlap ends', async () => {
  const made = await create();
  const rotated = await api.ask('POST', `/v1/webhook-endpoints/${made.body.id}/rotate-secret`, {
    body: { overlapHours: 2 },
  });
  expect(rotated.status).toBe(200);
  const row = await api.db
    .selectFrom('paraphe.webhook_endpoint')
    .selectAll()
    .where('id', '=', made.body.id)
    .executeTakeFirstOrThrow();
  const secrets = openEndpointSecrets(api.vault, made.body.id, row.sealed);
  expect(secretsInForce(secrets, new Date())).toEqual([rotated.body.secret, made.body.secret]);
  expect(secretsInForce(secrets, new Date(Date.now() + 2 * 3_600_000 + 1))).toEqual([rotated.body.secret]);
  const bad = await api.ask('POST', `/v1/webhook-endpoints/${made.body.id}/rotate-secret`, {
    body: { overlapHours: 169 },
  });
  expect([bad.status, bad.body.errors[0].pointer]).toEqual([400, '/overlapHours']);
});

test.each([
  ['http://hooks.example.com/', 422, '/url'],
  ['https://127.0.0.1/', 422, '/url'],
  ['https://[::ffff:10.0.0.1]/', 422, '/url'],
  ['https://169.254.169.254/latest', 422, '/url'],
  ['https://user:pass@hooks.example.com/', 422, '/url'],
  ['https://hooks.example.com:22/', 422, '/url'],
  ['not a url', 400, '/url'],
])('%s is no place to send events to', async (url, status, pointer) => {
  const answer = await create({ url });
  expect([answer.status, answer.body.errors[0].pointer]).toEqual([status, pointer]);
});

test('A filter that matches nothing, a header of ours and a hidden token URL are refused', async () => {
  const answer = await create({ events: ['contract.*', 'nothing.*', 'contract'], headers: { Host: 'x' } });
  expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([
    '/events/1',
    '/events/2',
    '/headers/Host',
  ]);
  const oauth = { tokenUrl: 'https://10.0.0.1/token', clientId: 'a', clientSecret: 'b' };
  expect((await create({ oauth })).body.errors[0].pointer).toBe('/oauth/tokenUrl');
});

test('A certificate that can’t be used is refused when it is given, not at each attempt', async () => {
  const { ca, client, server } = await issueCertificates('receiver.example.org');
  expect((await create({ tls: { ...client, ca } })).status).toBe(201);
  const pointers = [
    [{ cert: client.cert }, '/tls'],
    [{ key: client.key }, '/tls'],
    [{ cert: client.cert, key: server.key }, '/tls'],
    [{ cert: 'nonsense', key: 'nonsense' }, '/tls'],
    [{ ca: 'nonsense' }, '/tls/ca'],
  ] as const;
  for (const [tls, pointer] of pointers) {
    const answer = await create({ tls });
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, pointer]);
  }
});

test('A disabled endpoint is put back on with its failures forgotten, and gets what it missed on replay', async () => {
  const made = await create({ events: ['*'] });
  const id = made.body.id as string;
  await api.db
    .updateTable('paraphe.webhook_endpoint')
    .set({
      status: 'disabled',
      disabled_reason: 'failing',
      disabled_at: new Date(),
      first_failure_at: new Date(),
    })
    .where('id', '=', id)
    .execute();
  const before = await postTrigger(api);
  const { rows: seen } = await sql<{ observed: Date; client: string }>`
    select max(observed_at) as observed, max(client_id) as client from paraphe.event
    where contract_id = ${before.body.id}`.execute(api.db);
  // Nothing that was observed at that instant or earlier; a test was for its moment.
  const since = new Date(seen[0]!.observed.getTime() + 1).toISOString();
  await postTrigger(api);
  const test = { id: newId('evt'), client_id: seen[0]!.client, type: 'webhook.test', body: '{}' };
  await api.db
    .insertInto('paraphe.event')
    .values({
      ...test,
      contract_id: null,
      sequence: null,
      position: null,
      occurred_at: new Date(),
      observed_at: new Date(),
    })
    .execute();
  const refused = await api.ask('POST', `/v1/webhook-endpoints/${id}/replay`, { body: { since } });
  expect([refused.status, refused.body.code]).toEqual([409, 'endpoint_disabled']);
  const enabled = await api.ask('POST', `/v1/webhook-endpoints/${id}/enable`);
  expect(enabled.body).toMatchObject({ status: 'enabled', disabledReason: null, disabledAt: null });
  const replay = await api.ask('POST', `/v1/webhook-endpoints/${id}/replay`, { body: { since } });
  expect([replay.status, replay.body.deliveries]).toEqual([202, 1]);
  await api.db
    .updateTable('paraphe.delivery')
    .set({ status: 'delivered' })
    .where('endpoint_id', '=', id)
    .execute();
  const again = await api.ask('POST', `/v1/webhook-endpoints/${id}/replay`, { body: { since } });
  expect(again.body.deliveries).toBe(1);
  const rows = await api.db
    .selectFrom('paraphe.delivery')
    .selectAll()
    .where('endpoint_id', '=', id)
    .execute();
  expect(rows).toEqual([expect.objectContaining({ status: 'pending', round: 1, workflow_started_at: null })]);
});

test('The api and the worker choose the same endpoints for an event', async () => {
  const owner = await api.db.selectFrom('paraphe.contract').select('client_id').executeTakeFirstOrThrow();
  for (const events of [
    ['*'],
    ['contract.*'],
    ['contract.accepted'],
    ['signatory.*'],
    ['contract.accepted', 'webhook.*'],
  ])
    await create({ events });
  const made = await postTrigger(api);
  const { data } = (await api.ask('GET', `/v1/contracts/${made.body.id}/events`)).body;
  const chosen = () =>
    api.db
      .selectFrom('paraphe.delivery')
      .select('endpoint_id')
      .where('event_id', '=', data[0].id)
      .orderBy('endpoint_id')
      .execute();
  const byApi = await chosen();
  await api.db.deleteFrom('paraphe.delivery').where('event_id', '=', data[0].id).execute();
  await api.db
    .transaction()
    .execute((tx) =>
      insertDeliveries(tx, owner.client_id, [{ id: data[0].id, type: 'contract.accepted' }], new Date()),
    );
  expect(byApi).toEqual(await chosen());
});

test('A test is sent at once and answered with the attempt', async () => {
  const made = await create();
  const answer = api.ask('POST', `/v1/webhook-endpoints/${made.body.id}/test`);
  const delivery = await soon(() =>
    api.db
      .selectFrom('paraphe.delivery')
      .selectAll()
      .where('endpoint_id', '=', made.body.id)
      .executeTakeFirst(),
  );
  await api.db
    .insertInto('paraphe.delivery_attempt')
    .values({
      delivery_id: delivery.id,
      client_id: delivery.client_id,
      number: 1,
      at: new Date(),
      status: 204,
      duration_ms: 12,
      response: '',
      error: null,
    })
    .execute();
  expect((await answer).body).toMatchObject({ status: 204, durationMs: 12, deliveryId: delivery.id });
  const shown = await api.ask('GET', `/v1/deliveries/${delivery.id}`);
  expect(shown.body.attempts).toHaveLength(1);
  const event = await api.db
    .selectFrom('paraphe.event')
    .selectAll()
    .where('id', '=', delivery.event_id)
    .executeTakeFirstOrThrow();
  expect(JSON.parse(event.body)).toMatchObject({
    type: 'webhook.test',
    sequence: null,
    data: { endpoint: { id: made.body.id } },
  });
  await api.db
    .updateTable('paraphe.delivery')
    .set({ status: 'failed' })
    .where('id', '=', delivery.id)
    .execute();
  const retried = await api.ask('POST', `/v1/deliveries/${delivery.id}/retry`);
  expect([retried.status, retried.body.status]).toEqual([202, 'pending']);
  // A new round has the whole schedule before it, and a workflow of its own.
  const { round } = await api.db
    .selectFrom('paraphe.delivery')
    .select('round')
    .where('id', '=', delivery.id)
    .executeTakeFirstOrThrow();
  expect(round).toBe(1);
});

test('The feed never skips nor repeats, whatever commits late', async () => {
  const client = await api.newClient();
  const seen: string[] = [];
  const writers = Array.from({ length: 4 }, async () => {
    for (let i = 0; i < 8; i++) await postTrigger(api, {}, { key: client.key });
  });
  const read = async (): Promise<number> => {
    const after = seen.at(-1);
    const page = await api.ask('GET', `/v1/events?limit=5${after === undefined ? '' : `&after=${after}`}`, {
      key: client.key,
    });
    seen.push(...page.body.data.map((event: { id: string }) => event.id));
    return page.body.data.length as number;
  };
  const reader = (async () => {
    while (seen.length < 32) await read();
  })();
  await Promise.all([...writers, reader]);
  expect(new Set(seen).size).toBe(32);
  expect(await read()).toBe(0);
});

test('With wait the feed answers as soon as there is an event, or empty after the time', async () => {
  const client = await api.newClient();
  const waiting = api.ask('GET', '/v1/events?wait=30', { key: client.key });
  await postTrigger(api, {}, { key: client.key });
  expect((await waiting).body.data).toHaveLength(1);
  const empty = await api.ask('GET', '/v1/events?type=signatory.*&wait=1', { key: client.key });
  expect(empty.body).toEqual({ data: [], nextCursor: null });
});

test('An event that was purged can’t be gone on from', async () => {
  const events = await api.ask('GET', '/v1/events?limit=1');
  const { id } = events.body.data[0];
  await api.db.deleteFrom('paraphe.event').where('id', '=', id).execute();
  const answer = await api.ask('GET', `/v1/events?after=${id}`);
  expect([answer.status, answer.body.code]).toEqual([410, 'events_purged']);
});

async function soon<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
  }
}
