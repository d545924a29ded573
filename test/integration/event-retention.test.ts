import { createEventPurgeActivities } from '../../activities/purge-events.js';
import { recordAccountEvent } from '../../store/account-events.js';
import { PDF, postTrigger, startTestApi, type TestApi } from '../support/api.js';

const DAY = 86_400_000;

let api: TestApi;
beforeAll(async () => (api = await startTestApi()));
afterAll(() => api.close());

const purgeAfter = (days: number, batch = 2): Promise<number> => {
  const now = new Date(Date.now() + days * DAY);
  return createEventPurgeActivities({ db: api.db, clock: { now: () => now }, batch }).purgeEvents();
};

async function endContract(id: string): Promise<void> {
  await api.db.updateTable('paraphe.contract').set({ status: 'completed' }).where('id', '=', id).execute();
}

async function feed(key: string, after?: string) {
  return api.ask('GET', `/v1/events?limit=100${after === undefined ? '' : `&after=${after}`}`, { key });
}

async function told(clientId: string, observedAt: Date): Promise<string> {
  const event = { clientId, type: 'quota.low', environment: 'sandbox', data: {} } as const;
  return recordAccountEvent(api.db, { ...event, occurredAt: observedAt });
}

test('events are there for 90 days and then gone with their deliveries; who goes on from one is told so', async () => {
  const client = await api.newClient();
  const endpoint = { url: 'https://hooks.example.com/', events: ['*'] };
  await api.ask('POST', '/v1/webhook-endpoints', { key: client.key, body: endpoint });
  for (let n = 0; n < 5; n++) await endContract((await postTrigger(api, {}, { key: client.key })).body.id);
  const before = (await feed(client.key)).body.data as { id: string }[];
  expect(before).toHaveLength(5);
  expect(await purgeAfter(89.9)).toBe(0);
  const young = await told(client.id, new Date(Date.now() + 2 * DAY));
  expect(await purgeAfter(90.1)).toBe(5);
  expect((await feed(client.key)).body.data).toEqual([expect.objectContaining({ id: young })]);
  const deliveries = api.db.selectFrom('paraphe.delivery').select('event_id');
  expect(await deliveries.where('client_id', '=', client.id).execute()).toEqual([{ event_id: young }]);
  const answer = await feed(client.key, before[2]!.id);
  expect([answer.status, answer.body.code]).toEqual([410, 'events_purged']);
});

test('a contract that is not over keeps its events, for its evidence', async () => {
  const client = await api.newClient();
  const { id } = (await postTrigger(api, {}, { key: client.key })).body;
  await purgeAfter(200);
  expect((await feed(client.key)).body.data).toHaveLength(1);
  await endContract(id);
  await purgeAfter(200);
  expect((await feed(client.key)).body.data).toHaveLength(0);
});

test('who has read up to an event that is still there misses nothing when older ones go', async () => {
  const client = await api.newClient();
  await told(client.id, new Date());
  const last = await told(client.id, new Date(Date.now() + 10 * DAY));
  expect((await feed(client.key)).body.data).toHaveLength(2);
  await purgeAfter(95);
  const next = await told(client.id, new Date(Date.now() + 20 * DAY));
  const { body } = await feed(client.key, last);
  expect(body.data).toEqual([expect.objectContaining({ id: next })]);
});

test('what a request was answered is kept for 7 days and then gone', async () => {
  const client = await api.newClient();
  await postTrigger(api, {}, { key: client.key });
  const kept = api.db.selectFrom('paraphe.idempotency').select('key').where('client_id', '=', client.id);
  const purge = (days: number): Promise<number> => {
    const now = new Date(Date.now() + days * DAY);
    return createEventPurgeActivities({ db: api.db, clock: { now: () => now }, batch: 2 }).purgeOutcomes();
  };
  await purge(6.9);
  expect(await kept.execute()).toHaveLength(1);
  expect(await purge(7.1)).toBeGreaterThan(0);
  expect(await kept.execute()).toEqual([]);
});

test('an upload is there for 90 days, whatever became of it, and what was made of it stays; the journal says so', async () => {
  const headers = { 'content-type': 'application/pdf' };
  const ids: string[] = [];
  for (let n = 0; n < 3; n++)
    ids.push((await api.ask('POST', '/v1/documents', { raw: PDF, headers })).body.id);
  const [, used] = ids as [string, string, string];
  const documents = [{ name: 'a.pdf', documentId: used }];
  const contract = (await postTrigger(api, { documents })).body as {
    id: string;
    documents: { id: string }[];
  };
  const purge = (days: number) => {
    const now = new Date(Date.now() + days * DAY);
    return createEventPurgeActivities({ db: api.db, clock: { now: () => now }, batch: 2 }).purgeUploads();
  };
  expect(await purge(89.9)).toBe(0);
  expect(await purge(90.1)).toBe(3);
  expect((await postTrigger(api, { documents })).body.code).toBe('unknown_document');
  const copy = await api.ask('GET', `/v1/contracts/${contract.id}/documents/${contract.documents[0]!.id}`);
  expect(copy.bytes.equals(PDF)).toBe(true);
  const entries = await api.db
    .selectFrom('paraphe.journal')
    .select(['object', 'actor'])
    .where('action', '=', 'purge')
    .orderBy('object')
    .execute();
  expect(entries).toEqual(ids.map((object) => ({ object, actor: 'system' })));
});
