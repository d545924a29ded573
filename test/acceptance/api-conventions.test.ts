import { randomUUID } from 'node:crypto';
import { businessSystem, newClient, plainTrigger, type BusinessSystem } from '../support/business-system.js';
import { acceptanceTarget, type StackFile } from '../support/stack.js';

// api.md, the introduction: ids, lists, errors, authentication, idempotency. Speaks HTTP only.
let target: StackFile;
let system: BusinessSystem;
let operator: BusinessSystem;

interface Refusal {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  requestId: string;
  errors?: { pointer: string; detail: string }[];
}
interface Page<T = { id: string; createdAt: string }> {
  data: T[];
  nextCursor: string | null;
}

beforeAll(async () => {
  target = await acceptanceTarget();
  ({ system } = await newClient(target));
  operator = businessSystem({ ...target, key: target.adminKey });
});

const get = <T = Refusal>(path: string) => system.call<T>('GET', path);

test.each([
  ['?colour=red', '?colour'],
  ['?limit=0', '?limit'],
  ['?limit=101', '?limit'],
  ['?limit=ten', '?limit'],
  ['?limit=1&limit=2', '?limit'],
  ['?cursor=nonsense', '?cursor'],
  ['?status=done', '?status'],
  ['?createdFrom=yesterday', '?createdFrom'],
  ['?__proto__=1', '?__proto__'],
])('a list asked with %s is refused, and points at the parameter', async (query, pointer) => {
  const { status, headers, body } = await get(`/v1/contracts${query}`);
  expect([status, body.code, body.errors?.[0]?.pointer]).toEqual([400, 'invalid_request', pointer]);
  expect(headers.get('content-type')).toBe('application/problem+json');
});

test('a problem has all its members, and a page at its type', async () => {
  const { status, headers, body } = await get('/v1/contracts/ctr_00000000000000000000000000');
  expect(status).toBe(404);
  expect(body).toEqual({
    type: expect.stringMatching(/\/problems\/not_found$/) as string,
    title: 'Not found',
    status: 404,
    detail: 'There is no such contract.',
    code: 'not_found',
    requestId: headers.get('request-id'),
  });
  const page = await fetch(new URL(body.type, target.api));
  expect([page.status, (await page.text()).includes('not_found')]).toEqual([200, true]);
});

test.each([
  ['no JSON', '{"label":'],
  ['nothing at all', ''],
  ['a list', '[]'],
  ['null', 'null'],
])('a trigger that is %s is refused', async (_what, text) => {
  const { status, body } = await system.call<Refusal>('POST', '/v1/contracts', text);
  expect([status, body.code]).toEqual([400, 'invalid_request']);
});

test('the name of a prototype is a member like any other: unknown, wherever it stands', async () => {
  for (const [members, pointer] of [
    [{ metadata: JSON.parse('{"__proto__":"x"}') as object }, '/metadata/__proto__'],
    [JSON.parse('{"__proto__":{"label":"x"}}') as object, '/__proto__'],
  ] as const) {
    // Spread would set the prototype: the text is made by hand.
    const text = JSON.stringify(plainTrigger()).replace('{', `${JSON.stringify(members).slice(0, -1)},`);
    const { status, body } = await system.call<Refusal>('POST', '/v1/contracts', text);
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  }
});

test('another media type is 415, another method 405 with those that are allowed, another path 404', async () => {
  const text = await system.call<Refusal>('POST', '/v1/contracts', '{}', { 'content-type': 'text/plain' });
  expect([text.status, text.body.code]).toEqual([415, 'unsupported_media_type']);
  const put = await system.call<Refusal>('PUT', '/v1/contracts');
  expect([put.status, put.body.code, put.headers.get('allow')]).toEqual([
    405,
    'method_not_allowed',
    'POST, GET, HEAD, OPTIONS',
  ]);
  const options = await fetch(`${target.api}/v1/contracts`, { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, GET, HEAD, OPTIONS']);
  const head = await system.call('HEAD', '/v1/contracts');
  expect([head.status, head.body]).toEqual([200, '']);
  for (const path of ['/v1/contracts/', '/V1/contracts', '/v1/nothing', '/'])
    expect((await get(path)).body.code).toBe('not_found');
});

test('every answer has a request id of its own; a traceparent is taken', async () => {
  const ids = [];
  for (const path of ['/livez', '/readyz', '/startupz', '/openapi.json', '/docs', '/v1/nothing']) {
    const answer = await fetch(`${target.api}${path}`, {
      headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    });
    await answer.arrayBuffer();
    ids.push(answer.headers.get('request-id'));
    if (path !== '/v1/nothing') expect(answer.status).toBe(200);
  }
  expect(ids.every((id) => /^req_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(id ?? ''))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});

test('lists go on where they stopped, newest first, and bounds of time are inclusive', async () => {
  const made = [];
  for (let n = 0; n < 3; n++) made.unshift(await system.trigger({ reference: `page-${n}` }));
  const seen = [];
  let cursor: string | null = null;
  do {
    const page: Page = (await get<Page>(`/v1/contracts?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`))
      .body;
    seen.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen.map(({ id }) => id)).toEqual(made.map(({ id }) => id));
  const { createdAt } = seen[1]!;
  const exact = await get<Page>(`/v1/contracts?createdFrom=${createdAt}&createdTo=${createdAt}`);
  expect(exact.body.data.map(({ id }) => id)).toContain(made[1]!.id);
  const day = createdAt.slice(0, 10);
  for (const [query, count] of [
    [`createdFrom=${day}`, 3],
    ['createdTo=2020-01-01', 0],
    ['reference=page-1', 1],
    ['reference=page', 0],
    ['status=completed', 0],
  ])
    expect([query, (await get<Page>(`/v1/contracts?${query}`)).body.data.length]).toEqual([query, count]);
});

test('who has no key, a false one or the wrong scope is told so', async () => {
  for (const authorization of [undefined, 'Basic eDp5', 'Bearer', 'Bearer x', `Bearer ${target.key}x`]) {
    const answer = await fetch(`${target.api}/v1/contracts`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    expect([answer.status, ((await answer.json()) as Refusal).code]).toEqual([401, 'invalid_key']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  }
  const denied = await operator.call<Refusal>('GET', '/v1/contracts');
  expect([denied.status, denied.body.code]).toEqual([403, 'scope_missing']);
});

describe('Idempotency-Key', () => {
  const send = (path: string, key: string, body: unknown) =>
    system.call<Refusal & { id: string; status: string | number }>('POST', path, body, {
      'idempotency-key': key,
    });

  test.each([
    ['', 400],
    ['""', 400],
    ['k'.repeat(256), 400],
    [`"${'k'.repeat(256)}"`, 400],
  ])('%# is refused: it has 1 to 255 characters', async (key, status) => {
    const answer = await send('/v1/contracts', key, plainTrigger());
    expect([answer.status, answer.body.code]).toEqual([status, 'idempotency_key_required']);
  });

  test('one of 255 characters, bare or quoted, gives the same answer again to the same body', async () => {
    const key = randomUUID().padEnd(255, 'k');
    const trigger = plainTrigger();
    const first = await send('/v1/contracts', key, trigger);
    const again = await send('/v1/contracts', `"${key}"`, trigger);
    expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([
      202,
      202,
      'true',
    ]);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('location')).toBe(`/v1/contracts/${first.body.id}`);
    const other = await send('/v1/contracts', key, { ...trigger, label: 'x' });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    // Another client's key of the same name is another one.
    const stranger = await newClient(target);
    const theirs = await stranger.system.call<{ id: string }>('POST', '/v1/contracts', trigger, {
      'idempotency-key': key,
    });
    expect(theirs.status).toBe(202);
    expect(theirs.body.id).not.toBe(first.body.id);
  });

  test('sent ten times at once it makes one contract', async () => {
    const key = randomUUID();
    const trigger = plainTrigger();
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('/v1/contracts', key, trigger)));
    const taken = answers.filter(({ status }) => status === 202);
    expect(new Set(taken.map(({ body }) => body.id)).size).toBe(1);
    for (const { status, body } of answers)
      if (status !== 202) expect([status, body.code]).toEqual([409, 'idempotency_in_progress']);
  });

  test('a refusal of the request itself is not kept', async () => {
    for (const [bad, code] of [
      [{ label: '' }, 'invalid_request'],
      [{ deadline: '2020-01-01' }, 'deadline_past'],
    ] as const) {
      const key = randomUUID();
      expect((await send('/v1/contracts', key, plainTrigger(bad))).body.code).toBe(code);
      expect((await send('/v1/contracts', key, plainTrigger())).status).toBe(202);
    }
  });

  test('it is taken on every other POST, and a refusal by the state is kept with its request id', async () => {
    const { id, signatories } = await system.trigger();
    await system.until(id, 'open');
    const at = `/v1/contracts/${id}`;
    const requests: [string, unknown, number][] = [
      [`${at}/signatories/${signatories[0]!.id}/signature`, { code: '9999' }, 422],
      [`${at}/sms`, {}, 200],
      [`${at}/signatories/${signatories[0]!.id}/sms`, {}, 200],
      [`${at}/cancel`, { reason: 'x' }, 200],
      ['/v1/webhook-endpoints', { url: 'https://example.org/hook' }, 201],
    ];
    for (const [path, body, status] of requests) {
      const key = randomUUID();
      const first = await send(path, key, body);
      const again = await send(path, key, body);
      expect([path, first.status, again.status]).toEqual([path, status, status]);
      expect([path, again.headers.get('idempotent-replayed')]).toEqual([path, 'true']);
      expect(again.body).toEqual(first.body);
    }
    const counts = await get<{ signatories: { smsSent: number; attemptsLeft: number }[] }>(at);
    expect(counts.body.signatories[0]).toMatchObject({ smsSent: 2, attemptsLeft: 4 });
  });
});
