import { randomUUID } from 'node:crypto';
import {
  businessSystem,
  person,
  plainTrigger,
  platformSite,
  type BusinessSystem,
} from '../support/business-system.js';
import { acceptanceTarget, type StackFile } from '../support/stack.js';

let target: StackFile;
let system: BusinessSystem;

beforeAll(async () => {
  target = await acceptanceTarget();
  system = businessSystem(target);
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const document = (content: string): object[] => [{ name: 'a.pdf', content }];

/** What is wrong, the status, the code, and where the problem points. */
const BAD: [string, Record<string, unknown> | string, number, string, string | null][] = [
  ['a body that is no JSON', '{"label":', 400, 'invalid_request', null],
  ['an unknown member', { colour: 'red' }, 400, 'invalid_request', '/colour'],
  ['no label', { label: undefined }, 400, 'invalid_request', '/label'],
  ['a label that is too long', { label: 'x'.repeat(181) }, 400, 'invalid_request', '/label'],
  ['a deadline in the past', { deadline: '2020-01-01' }, 422, 'deadline_past', null],
  ['a deadline that is no date', { deadline: 'soon' }, 400, 'invalid_request', '/deadline'],
  [
    'a file that is no PDF',
    { documents: document(base64('hello')) },
    422,
    'not_a_pdf',
    '/documents/0/content',
  ],
  ['no document', { documents: [] }, 400, 'invalid_request', '/documents'],
  ['no signatory', { signatories: [] }, 400, 'invalid_request', '/signatories'],
  [
    'a number that no phone has',
    { signatories: [{ ...person('a'), mobile: '12' }] },
    400,
    'invalid_request',
    '/signatories/0/mobile',
  ],
  [
    'an address that is none',
    { signatories: [{ ...person('a'), email: 'a' }] },
    400,
    'invalid_request',
    '/signatories/0/email',
  ],
  [
    '51 signatories',
    { signatories: Array.from({ length: 51 }, (_, i) => person(`s${i}`)) },
    400,
    'invalid_request',
    '/signatories',
  ],
];

test.each(BAD)('%s is refused and leaves nothing behind', async (_what, members, status, code, pointer) => {
  const before = await counts();
  const body = typeof members === 'string' ? members : plainTrigger(members);
  const answer = await system.call<{ code: string; errors?: { pointer: string }[] }>(
    'POST',
    '/v1/contracts',
    body,
  );
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  if (pointer !== null) expect(answer.body.errors?.map((error) => error.pointer)).toContain(pointer);
  expect(answer.headers.get('request-id')).toMatch(/^req_/);
  expect(await counts()).toEqual(before);
});

/** Contracts stored and creations asked of the platform. */
async function counts(): Promise<object> {
  const { body } = await system.call<{ data: { id: string }[] }>('GET', '/v1/contracts?limit=1');
  const { count } = await platformSite(target).requests('request=contractCreateRequest');
  return { newest: body.data[0]?.id ?? null, count };
}

test('nobody is let in without a key, with a false one, or with one of the other environment', async () => {
  const call = (key: string) =>
    businessSystem({ ...target, key }).call<{ code: string }>('GET', '/v1/contracts');
  expect(await call('')).toMatchObject({ status: 401, body: { code: 'invalid_key' } });
  expect(await call(`pph_sandbox_${'a'.repeat(49)}`)).toMatchObject({
    status: 401,
    body: { code: 'invalid_key' },
  });
});

test('one client does not learn that another has a contract', async () => {
  const operator = businessSystem({ ...target, key: target.adminKey });
  const other = await operator.call<{ key: string }>('POST', '/v1/admin/clients', {
    name: 'Other',
    contact: { email: 'other@example.org' },
    scopes: ['contracts:read', 'contracts:write', 'documents:read', 'events:read'],
  });
  expect(other.status).toBe(201);
  const stranger = businessSystem({ ...target, key: other.body.key });
  const { id, documents } = await system.trigger();
  const missing = `ctr_${'0'.repeat(26)}`;
  for (const path of ['', '/events', '/log', `/documents/${documents[0]!.id}`]) {
    const theirs = await stranger.call<{ code: string }>('GET', `/v1/contracts/${id}${path}`);
    const none = await stranger.call<{ code: string }>('GET', `/v1/contracts/${missing}${path}`);
    expect([theirs.status, theirs.body.code]).toEqual([404, none.body.code]);
  }
  expect((await stranger.call('POST', `/v1/contracts/${id}/cancel`, { reason: 'x' })).status).toBe(404);
  expect((await stranger.call<{ data: object[] }>('GET', '/v1/contracts')).body.data).toEqual([]);
});

test('the same key and body give the first answer again; another body is refused', async () => {
  const key = randomUUID();
  const trigger = plainTrigger({ reference: `twice-${key}` });
  const first = await system.call<{ id: string }>('POST', '/v1/contracts', trigger, {
    'idempotency-key': key,
  });
  const second = await system.call<{ id: string }>('POST', '/v1/contracts', trigger, {
    'idempotency-key': `"${key}"`,
  });
  expect([first.status, second.status]).toEqual([202, 202]);
  expect(second.body).toEqual(first.body);
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  const other = await system.call(
    'POST',
    '/v1/contracts',
    { ...trigger, label: 'Autre' },
    { 'idempotency-key': key },
  );
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  const inUse = await system.call('POST', '/v1/contracts', trigger);
  expect(inUse).toMatchObject({ status: 409, body: { code: 'reference_in_use' } });
});

test('a trigger without an idempotency key is refused', async () => {
  const response = await fetch(`${target.api}/v1/contracts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${target.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(plainTrigger()),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: 'idempotency_key_required' });
});
