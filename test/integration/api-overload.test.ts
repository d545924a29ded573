import { startTestApi, type TestApi } from '../support/api.js';

let api: TestApi;
let lag = 0;
beforeEach(async () => {
  lag = 0;
  api = await startTestApi({ lagMs: () => lag });
});
afterEach(() => api.close());

const see = (path: string) => api.ask('GET', path, { key: api.clientKey });

test('An overloaded api turns exports away first, with the time to come back, and still tells its health', async () => {
  const exported = '/v1/contracts/ctr_01hzy3v9m8e4s8yq2m0rk7n5tb/evidence';
  expect((await see(exported)).status).toBe(404);
  lag = 299;
  for (const path of ['/v1/contracts', '/v1/status']) expect((await see(path)).status).toBe(200);
  lag = 300;
  const refused = await see(exported);
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
    503,
    'service_unavailable',
    '30',
  ]);
  lag = 60_000;
  expect((await see('/v1/contracts')).status).toBe(503);
  expect((await api.ask('GET', '/livez', { key: null })).status).toBe(200);
});

test('Who waits for events keeps nobody from reading', async () => {
  const polls = Array.from({ length: 20 }, () => see('/v1/events?wait=2'));
  const first = await Promise.race([
    see('/v1/contracts').then(() => 'read'),
    ...polls.map((poll) => poll.then(() => 'poll')),
  ]);
  expect(first).toBe('read');
  for (const { status } of await Promise.all(polls)) expect(status).toBe(200);
});

test('A client that waits a hundred times leaves others room to wait', async () => {
  const other = await api.newClient();
  const polls: ReturnType<typeof see>[] = [];
  for (const wave of [60, 60]) {
    polls.push(...Array.from({ length: wave }, () => see('/v1/events?wait=5')));
    // Its turn comes after theirs.
    await see('/v1/contracts');
  }
  const began = performance.now();
  expect((await api.ask('GET', '/v1/events?wait=1', { key: other.key })).status).toBe(200);
  expect(performance.now() - began).toBeGreaterThan(900);
  for (const { status } of await Promise.all(polls)) expect(status).toBe(200);
});

test('Whoever has no key, or none that may sign, takes the right of way from nobody', async () => {
  const path = '/v1/contracts/ctr_01hzy3v9m8e4s8yq2m0rk7n5tb/sms';
  const reader = await api.newClient({ scopes: ['contracts:read'] });
  expect((await api.ask('POST', path, { key: null })).status).toBe(401);
  expect((await api.ask('POST', path, { key: reader.key })).status).toBe(403);
  expect((await api.ask('GET', path)).status).toBe(405);
  expect(api.deps.rightOfWay.isTaken()).toBe(false);
  expect((await api.ask('POST', path)).status).toBe(404);
  expect(api.deps.rightOfWay.isTaken()).toBe(true);
});

const NIGHT = {
  from: '2030-01-01T01:00:00.000Z',
  to: '2030-01-01T02:00:00.000Z',
  reason: 'Newer PostgreSQL',
};
const announce = (plannedOutages: unknown, key = api.adminKey) =>
  api.ask('POST', '/v1/admin/planned-outages', { key, body: { plannedOutages } });

test('A planned outage is announced by an operator, seen by every client, and withdrawn', async () => {
  expect((await announce([NIGHT])).status).toBe(200);
  expect((await see('/v1/status')).body.plannedOutages).toEqual([NIGHT]);
  expect((await announce([])).status).toBe(200);
  expect((await see('/v1/status')).body.plannedOutages).toEqual([]);
});

test('Every client is told of planned outages by an event, once for each change, with the whole list', async () => {
  const other = await api.newClient();
  await announce([NIGHT]);
  await announce([NIGHT]);
  await announce([]);
  for (const key of [api.clientKey, other.key]) {
    const { body } = await api.ask('GET', '/v1/events?type=service.outages_planned', { key });
    expect(body.data.map((event: { data: object }) => event.data)).toEqual([
      { plannedOutages: [NIGHT] },
      { plannedOutages: [] },
    ]);
    expect(body.data[0]).toMatchObject({ sequence: null, environment: 'sandbox' });
  }
});

test('A planned outage that is over is told no more, one that ends before it begins is refused, and no client announces', async () => {
  const past = { ...NIGHT, from: '2020-01-01T01:00:00Z', to: '2020-01-01T02:00:00Z' };
  await announce([past]);
  expect((await see('/v1/status')).body.plannedOutages).toEqual([]);
  expect((await announce([{ ...NIGHT, to: NIGHT.from }])).status).toBe(400);
  expect((await announce([NIGHT], api.clientKey)).body.code).toBe('scope_missing');
});
