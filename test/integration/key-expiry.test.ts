import { createKeyActivities } from '../../activities/announce-expiring-keys.js';
import { startTestApi, type TestApi } from '../support/api.js';

const DAY = 86_400_000;

let api: TestApi;
beforeAll(async () => (api = await startTestApi()));
afterAll(() => api.close());

const announceAfter = (days: number): Promise<number> => {
  const clock = { now: () => new Date(Date.now() + days * DAY) };
  return createKeyActivities({ db: api.db, clock, environment: 'sandbox' }).announceExpiringKeys();
};

const toldTo = async (key: string) => (await api.ask('GET', '/v1/events?type=key.*', { key })).body.data;

async function clientWithKey(expiresInDays: number): Promise<{ id: string; key: string; keyId: string }> {
  const { id, key: first } = await api.newClient();
  const expiresAt = new Date(Date.now() + expiresInDays * DAY).toISOString();
  const asking = { key: api.adminKey, body: { expiresAt } };
  const made = (await api.ask('POST', `/v1/admin/clients/${id}/keys`, asking)).body;
  const [, old] = (await api.ask('GET', '/v1/keys', { key: first })).body.data;
  await api.ask('DELETE', `/v1/keys/${old.id}`, { key: first });
  return { id, key: made.key as string, keyId: made.id as string };
}

test('a client is told once, 14 days before its key ends, through its endpoints and its feed', async () => {
  const { key, keyId } = await clientWithKey(30);
  const endpoint = { url: 'https://hooks.example.com/', events: ['key.expiring'] };
  const { id } = (await api.ask('POST', '/v1/webhook-endpoints', { key, body: endpoint })).body;
  await announceAfter(15.9);
  expect(await toldTo(key)).toEqual([]);
  expect(await announceAfter(16.1)).toBe(1);
  await announceAfter(16.2);
  expect(await toldTo(key)).toEqual([
    expect.objectContaining({
      type: 'key.expiring',
      sequence: null,
      data: { key: expect.objectContaining({ id: keyId }) },
    }),
  ]);
  const deliveries = await api.ask('GET', `/v1/webhook-endpoints/${id}/deliveries`, { key });
  expect(deliveries.body.data).toHaveLength(1);
});

test('who has a key that lasts longer is told nothing', async () => {
  const { id, key } = await clientWithKey(10);
  await api.ask('POST', `/v1/admin/clients/${id}/keys`, { key: api.adminKey, body: {} });
  await announceAfter(0);
  expect(await toldTo(key)).toEqual([]);
});
