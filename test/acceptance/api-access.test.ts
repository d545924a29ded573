import {
  businessSystem,
  newClient,
  plainTrigger,
  person,
  type BusinessSystem,
} from '../support/business-system.js';
import { acceptanceTarget, type StackFile } from '../support/stack.js';

// api.md, *Keys, state, pages*: what a client and an operator may do with access. Speaks HTTP only.
let target: StackFile;
let operator: BusinessSystem;

beforeAll(async () => {
  target = await acceptanceTarget();
  operator = businessSystem({ ...target, key: target.adminKey });
});

interface Key {
  id: string;
  key: string;
  expiresAt: string | null;
  code?: string;
}

const withKey = (key: string) => businessSystem({ ...target, key });
const status = async (key: string) => (await withKey(key).call('GET', '/v1/status')).status;

test('a client renews its key without a break, sees its keys but not their text, and revokes itself', async () => {
  const { key, system } = await newClient(target);
  const list = async () => (await system.call<{ data: Key[] }>('GET', '/v1/keys')).body.data;
  const [only] = await list();
  const rotated = await system.call<Key>('POST', `/v1/keys/${only!.id}/rotate`, { overlapHours: 1 });
  expect(rotated.body).toEqual({
    id: expect.stringMatching(/^key_/) as string,
    key: expect.stringMatching(/^pph_sandbox_/) as string,
    expiresAt: null,
  });
  expect([await status(key), await status(rotated.body.key)]).toEqual([200, 200]);
  const keys = await list();
  expect(JSON.stringify(keys)).not.toContain(key.slice(20));
  const end = Date.parse(keys.find(({ id }) => id === only!.id)!.expiresAt!);
  expect(Math.abs(end - Date.now() - 3_600_000)).toBeLessThan(60_000);
  for (const overlapHours of [-1, 169, '1'])
    expect((await system.call('POST', `/v1/keys/${only!.id}/rotate`, { overlapHours })).status).toBe(400);

  const fresh = withKey(rotated.body.key);
  expect((await fresh.call('DELETE', `/v1/keys/${only!.id}`)).status).toBe(204);
  expect(await status(key)).toBe(401);
  expect((await fresh.call<Key>('POST', `/v1/keys/${only!.id}/rotate`)).body.code).toBe('key_not_active');
  expect((await fresh.call('DELETE', `/v1/keys/${rotated.body.id}`)).status).toBe(204);
  expect(await status(rotated.body.key)).toBe(401);
});

test('an operator changes what a client may do, and it holds at once', async () => {
  const { id, key } = await newClient(target);
  const at = `/v1/admin/clients/${id}`;
  const patch = async (members: object) => (await operator.call('PATCH', at, members)).status;
  const write = async () => (await withKey(key).call<Key>('POST', '/v1/contracts', plainTrigger())).body.code;

  expect((await operator.call<object>('GET', at)).body).toMatchObject({
    id,
    name: 'Suite',
    status: 'active',
  });
  expect(await patch({ scopes: ['contracts:read'] })).toBe(200);
  expect(await write()).toBe('scope_missing');
  expect(await patch({ allowedNetworks: ['10.0.0.0/8', '2001:db8::/32'] })).toBe(200);
  expect(await write()).toBe('network_not_allowed');
  expect(await patch({ allowedNetworks: [], expiresAt: new Date(Date.now() - 1000).toISOString() })).toBe(
    200,
  );
  expect(await write()).toBe('invalid_key');
  expect(await patch({ expiresAt: null })).toBe(200);
  expect(await status(key)).toBe(200);
  for (const bad of [{ colour: 'red' }, { scopes: [] }, { allowedNetworks: ['10.0.0.0/33'] }, { name: '' }])
    expect([bad, await patch(bad)]).toEqual([bad, 400]);
  expect((await operator.call('DELETE', at)).status).toBe(204);
  expect(await status(key)).toBe(401);
});

test('another key of a client may do less than the client, and ends when it should', async () => {
  const { id } = await newClient(target, { scopes: ['contracts:read', 'contracts:write'] });
  const add = (members: object) => operator.call<Key>('POST', `/v1/admin/clients/${id}/keys`, members);
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const made = await add({ scopes: ['contracts:read'], expiresAt });
  expect(made).toMatchObject({ status: 201, body: { expiresAt } });
  const write = await withKey(made.body.key).call<Key>('POST', '/v1/contracts', plainTrigger());
  expect([write.status, write.body.code]).toEqual([403, 'scope_missing']);
  expect((await add({ scopes: ['keys:write'] })).status).toBe(400);
  const past = await add({ expiresAt: new Date(Date.now() - 1000).toISOString() });
  expect([past.status, await status(past.body.key)]).toEqual([201, 401]);
});

test('a client limited to fewer fields gets no other, in answers, lists, events and the log', async () => {
  const { system } = await newClient(target, { fields: ['status', 'reference', 'signatories.status'] });
  const { id } = await system.trigger({ reference: 'limited', signatories: [person('hidden')] });
  const open = await system.until(id, 'open');
  const sid = open.signatories[0]!.id;
  const expected = {
    id,
    reference: 'limited',
    status: 'open',
    signatories: [{ id: sid, status: 'pending' }],
  };
  expect(open).toEqual(expected);
  expect((await system.call<{ data: object[] }>('GET', '/v1/contracts')).body.data).toEqual([expected]);
  const signed = await system.call('POST', `/v1/contracts/${id}/signatories/${sid}/signature`, {
    code: '0000',
  });
  expect(signed.status).toBe(200);
  await system.until(id, 'completed', 60_000);
  const log = (await system.call<{ data: object[] }>('GET', `/v1/contracts/${id}/log`)).body.data;
  expect(log.length).toBeGreaterThan(2);
  const told = JSON.stringify([log, await system.events(id)]);
  for (const hidden of ['hidden@example.org', '"detail"', 'smsLeft', 'deadline', 'sha256'])
    expect([hidden, told.includes(hidden)]).toEqual([hidden, false]);
});

test('status and usage say how the service is and what was used', async () => {
  const { system } = await newClient(target);
  const now = await system.call<Record<string, unknown>>('GET', '/v1/status');
  expect(Object.keys(now.body).sort()).toEqual(['load', 'plannedOutages', 'platform', 'quota', 'version']);
  await system.trigger();
  const usage = await system.call<Record<string, unknown>>('GET', '/v1/usage');
  expect(usage.body).toMatchObject({ contracts: 1, events: expect.any(Number) as number, availability: 1 });
  const past = await system.call('GET', '/v1/usage?from=2020-01-01&to=2020-01-31');
  expect(past.body).toEqual({
    from: '2019-12-31T23:00:00.000Z',
    to: '2020-01-31T22:59:59.999Z',
    calls: 0,
    contracts: 0,
    events: 0,
    availability: null,
  });
  const turned = await system.call('GET', '/v1/usage?from=2020-02-01&to=2020-01-01');
  expect(turned).toMatchObject({ status: 400, body: { errors: [{ pointer: '?from' }] } });
});

test('an operator sees the platform accounts, never their keys; decisions need a contract that waits', async () => {
  const accounts = await operator.call<{ data: object[] }>('GET', '/v1/admin/connections');
  expect(accounts.body.data[0]).toMatchObject({ environment: 'sandbox', smsLimit: 5, attemptLimit: 5 });
  expect(JSON.stringify(accounts.body)).not.toMatch(/apiKey|secret/i);
  const { system } = await newClient(target);
  const { id } = await system.trigger();
  await system.until(id, 'open');
  const resolve = (body: object) => operator.call('POST', `/v1/admin/contracts/${id}/resolve`, body);
  expect(await resolve({ action: 'look_again', reason: 'x' })).toMatchObject({
    status: 409,
    body: { code: 'not_in_attention' },
  });
  for (const body of [
    { action: 'adopt', reason: 'x' },
    { action: 'guess', reason: 'x' },
    { action: 'give_up' },
  ])
    expect((await resolve(body)).status).toBe(400);
  expect((await system.call('GET', '/v1/admin/connections')).status).toBe(403);
});

test('the keys that sign webhooks are published from the start', async () => {
  const answer = await fetch(`${target.api}/.well-known/webhook-keys.json`);
  expect(await answer.json()).toEqual({
    keys: [
      {
        id: expect.any(String) as string,
        publicKey: expect.stringMatching(/^whpk_/) as string,
        from: expect.any(String) as string,
        until: null,
      },
    ],
  });
});
