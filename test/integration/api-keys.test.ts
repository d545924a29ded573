import { newKey } from '../../runtime/keys.js';
import { CLIENT_SCOPES } from '../../domain/scopes.js';
import { routesOf } from '../../api/routes/all.js';
import { createDatabase } from '../../store/database.js';
import { startTestApi, type TestApi } from '../support/api.js';
import { waitFor } from '../support/wait.js';

let api: TestApi;
beforeEach(async () => (api = await startTestApi()));
afterEach(() => api.close());

const see = (key: string | null) => api.ask('GET', '/v1/contracts', { key });

test('No key, an unknown one and one with a wrong checksum are refused alike', async () => {
  const good = newKey('sandbox');
  for (const key of [null, good, `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`, 'x']) {
    const answer = await see(key);
    expect([answer.status, answer.body.code]).toEqual([401, 'invalid_key']);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  }
});

test('A key of the other environment is told so, known or not, unless its checksum is wrong', async () => {
  const live = newKey('production');
  expect((await see(live)).body.code).toBe('wrong_environment');
  const broken = `${live.slice(0, -1)}${live.endsWith('0') ? '1' : '0'}`;
  expect((await see(broken)).body.code).toBe('invalid_key');
});

test('Every route asks for its own scope', async () => {
  const other = await api.newClient({ scopes: ['contracts:read'] });
  const routes = routesOf({ forget: () => undefined }).filter(({ scope }) => scope !== 'contracts:read');
  for (const route of routes) {
    const path = route.path.replaceAll(
      /\{(\w+)\}/g,
      (_, name: string) => `${route.params![name]}_01hzy3v9m8e4s8yq2m0rk7n5tb`,
    );
    const answer = await api.ask(route.method.toUpperCase(), path, { key: other.key });
    expect([route.path, answer.status, answer.body.code]).toEqual([route.path, 403, 'scope_missing']);
  }
  expect((await see(other.key)).status).toBe(200);
});

test('A client renews its key without a break and revokes it alone', async () => {
  const client = await api.newClient();
  const [old] = (await api.ask('GET', '/v1/keys', { key: client.key })).body.data;
  expect(old).toMatchObject({ hint: expect.stringMatching(/^pph_sandbox_….{4}$/), revokedAt: null });
  const rotated = await api.ask('POST', `/v1/keys/${old.id}/rotate`, {
    key: client.key,
    body: { overlapHours: 1 },
  });
  expect(rotated.status).toBe(201);
  expect([(await see(client.key)).status, (await see(rotated.body.key)).status]).toEqual([200, 200]);
  api.clock.set(new Date(Date.now() + 3_700_000));
  expect([(await see(client.key)).status, (await see(rotated.body.key)).status]).toEqual([401, 200]);
  expect((await api.ask('DELETE', `/v1/keys/${rotated.body.id}`, { key: rotated.body.key })).status).toBe(
    204,
  );
  expect((await see(rotated.body.key)).status).toBe(401);
});

test('A key that was revoked elsewhere is denied within five seconds', async () => {
  const client = await api.newClient();
  expect((await see(client.key)).status).toBe(200);
  await api.db
    .updateTable('paraphe.api_key')
    .set({ revoked_at: new Date() })
    .where('client_id', '=', client.id)
    .execute();
  await waitFor(async () => (await see(client.key)).status === 401, 5_000);
});

test('A client that is disabled, has ended or asks from another network gets nothing', async () => {
  const client = await api.newClient({ allowedNetworks: ['10.0.0.0/8'] });
  expect((await see(client.key)).body.code).toBe('network_not_allowed');
  const change = (body: object) =>
    api.ask('PATCH', `/v1/admin/clients/${client.id}`, { key: api.adminKey, body });
  await change({ allowedNetworks: ['127.0.0.1', '10.0.0.0/8'] });
  expect((await see(client.key)).status).toBe(200);
  await change({ status: 'disabled' });
  expect((await see(client.key)).status).toBe(401);
  await change({ status: 'active', expiresAt: new Date(Date.now() - 1000).toISOString() });
  expect((await see(client.key)).status).toBe(401);
});

test('Too many invalid keys from an address lock it out for a time, but nobody with a good key', async () => {
  const neighbour = await api.newClient();
  await see(api.clientKey);
  const codes: string[] = [];
  for (let i = 0; i < 60; i++) codes.push((await see(newKey('sandbox'))).body.code as string);
  expect(codes.filter((code) => code === 'invalid_key')).toHaveLength(50);
  const locked = await see(newKey('sandbox'));
  expect([locked.status, locked.body.code]).toEqual([429, 'too_many_failures']);
  expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await see(api.clientKey)).status).toBe(200);
  // Never seen here before: looked up, as a few are each second.
  api.clock.set(new Date(Date.now() + 2_000));
  expect((await see(neighbour.key)).status).toBe(200);
  api.clock.set(new Date(Date.now() + 61_000));
  expect((await see(newKey('sandbox'))).status).toBe(401);
});

test('Operators make, read, change and end clients; a key is shown once and stored as a hash', async () => {
  const key = api.adminKey;
  const made = await api.ask('POST', '/v1/admin/clients', {
    key,
    body: { name: 'ERP', contact: { email: 'erp@example.org' }, scopes: ['contracts:read'] },
  });
  expect(made.status).toBe(201);
  const path = `/v1/admin/clients/${made.body.id}`;
  const read = await api.ask('GET', path, { key });
  expect(read.body).toMatchObject({ name: 'ERP', contact: { email: 'erp@example.org' }, status: 'active' });
  expect(read.body.key).toBeUndefined();
  const second = await api.ask('POST', `${path}/keys`, { key, body: { expiresAt: '2040-01-01T00:00:00Z' } });
  expect(second.body).toMatchObject({
    id: expect.stringMatching(/^key_/),
    expiresAt: '2040-01-01T00:00:00.000Z',
  });
  const wider = await api.ask('POST', `${path}/keys`, { key, body: { scopes: ['contracts:write'] } });
  expect([wider.status, wider.body.errors[0].pointer]).toEqual([400, '/scopes']);
  const admin = await api.ask('POST', `${path}/keys`, { key, body: { scopes: ['admin'] } });
  expect(admin.status).toBe(400);
  const stored = await api.db.selectFrom('paraphe.api_key').selectAll().execute();
  expect(JSON.stringify(stored)).not.toContain(second.body.key);
  expect((await api.ask('DELETE', path, { key })).status).toBe(204);
  expect((await see(second.body.key)).status).toBe(401);
  expect(
    (
      await api.ask('POST', '/v1/admin/clients', {
        body: { name: 'x', contact: { email: 'x@example.org' }, scopes: CLIENT_SCOPES },
      })
    ).body.code,
  ).toBe('scope_missing');
});

test('readyz says what is down; only PostgreSQL makes the api unready', async () => {
  const up = await api.ask('GET', '/readyz', { key: null });
  expect([up.status, up.body.status, up.body.checks.postgresql]).toEqual([200, 'ready', 'up']);
  const half = await startTestApi({ temporalUp: async () => false });
  const degraded = await half.ask('GET', '/readyz', { key: null });
  expect([degraded.status, degraded.body.down]).toEqual([200, ['temporal']]);
  await half.close();
});

test('With PostgreSQL away everything says so, and when to come back', async () => {
  const { db, pool } = createDatabase('postgres://127.0.0.1:1/none', 'paraphe_api');
  const away = await startTestApi({ db, pool });
  const ready = await away.ask('GET', '/readyz', { key: null });
  expect([ready.status, ready.body.status, ready.body.down]).toEqual([503, 'unavailable', ['postgresql']]);
  const answer = await away.ask('GET', '/v1/contracts');
  expect([answer.status, answer.body.code]).toEqual([503, 'service_unavailable']);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await away.ask('GET', '/livez', { key: null })).status).toBe(200);
  await Promise.all([db.destroy(), away.close()]);
});
