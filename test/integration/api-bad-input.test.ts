import { randomUUID } from 'node:crypto';
import { badTriggers, fileOf, person } from '../support/bad-triggers.js';
import { aTrigger, PDF, postTrigger, startTestApi, type TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => (api = await startTestApi()));
afterAll(() => api.close());

test.each(badTriggers)(
  '%s is refused, with a pointer to it, and nothing is stored',
  async (_what, members, status, code, pointer) => {
    const before = await stored();
    const answer = await postTrigger(api, members);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      status,
      type: `/problems/${code}`,
      requestId: answer.headers.get('request-id'),
    });
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    expect(await stored()).toEqual(before);
  },
);

async function stored(): Promise<unknown> {
  const tables = [
    'paraphe.contract',
    'paraphe.idempotency',
    'paraphe.event',
    'personal.contract_data',
    'personal.document_content',
    'paraphe.journal',
  ] as const;
  return Promise.all(
    tables.map((table) =>
      api.db
        .selectFrom(table)
        .select((select) => select.fn.countAll().as('n'))
        .executeTakeFirstOrThrow(),
    ),
  );
}

const headers = { 'idempotency-key': 'k' };

test('A malformed body, another media type and bytes that are not UTF-8 are refused', async () => {
  const malformed = await api.ask('POST', '/v1/contracts', { raw: '{"label":', headers });
  const list = await api.ask('POST', '/v1/contracts', { raw: '[]', headers });
  const latin = await api.ask('POST', '/v1/contracts', {
    raw: Buffer.from('{"label":"\xe9"}', 'latin1'),
    headers,
  });
  const text = await api.ask('POST', '/v1/contracts', {
    raw: '{}',
    headers: { ...headers, 'content-type': 'text/plain' },
  });
  const empty = await api.ask('POST', '/v1/contracts', { headers });
  expect([malformed, list, latin, text, empty].map(({ status }) => status)).toEqual([
    400, 400, 400, 415, 400,
  ]);
  expect(malformed.body.errors).toEqual([{ pointer: '', detail: 'The body is not JSON.' }]);
});

test('A member called __proto__ is unknown like any other', async () => {
  const raw = JSON.stringify(aTrigger()).replace('{', '{"__proto__":{"label":"x"},');
  const answer = await api.ask('POST', '/v1/contracts', {
    raw,
    headers: { 'idempotency-key': randomUUID() },
  });
  expect(answer.status).toBe(400);
  expect(answer.body.errors[0].pointer).toBe('/__proto__');
});

test('A document beyond 25 MB and a request beyond 50 MB are refused', async () => {
  const large = Buffer.concat([PDF, Buffer.alloc(25 * 1024 * 1024)]).toString('base64');
  const document = await postTrigger(api, { documents: fileOf(large) });
  expect([document.status, document.body.code, document.body.errors[0].pointer]).toEqual([
    413,
    'document_too_large',
    '/documents/0/content',
  ]);
  const request = await api.ask('POST', '/v1/contracts', {
    raw: Buffer.alloc(50 * 1024 * 1024 + 1, 0x20),
    headers,
  });
  expect([request.status, request.body.code]).toEqual([413, 'request_too_large']);
  const upload = await api.ask('POST', '/v1/documents', {
    raw: Buffer.alloc(26 * 1024 * 1024),
    headers: { 'content-type': 'application/pdf' },
  });
  expect([upload.status, upload.body.code]).toEqual([413, 'document_too_large']);
});

test('A body of very many values, and a bulk of very many lines, are refused before they take memory', async () => {
  const crowded = await api.ask('POST', '/v1/contracts', {
    raw: `{"documents":[${'{},'.repeat(10_000_000)}{}]}`,
    headers,
  });
  expect([crowded.status, crowded.body.errors]).toEqual([
    400,
    [{ pointer: '', detail: 'The body has too many values.' }],
  ]);
  for (const lines of ['\n'.repeat(10_000_000), '1\n'.repeat(5_000_000)]) {
    const bulk = await api.ask('POST', '/v1/contracts/bulk', {
      raw: lines,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect([bulk.status, bulk.body.code]).toEqual([413, 'request_too_large']);
  }
});

test('The Idempotency-Key is required, and of 255 characters at most', async () => {
  const body = aTrigger();
  for (const key of [undefined, '', '""', 'x'.repeat(256)]) {
    const answer = await api.ask('POST', '/v1/contracts', {
      body,
      headers: key === undefined ? {} : { 'idempotency-key': key },
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'idempotency_key_required']);
  }
});

test('An unknown query parameter, a bad cursor and an id of another kind are refused', async () => {
  const unknown = await api.ask('GET', '/v1/contracts?colour=blue');
  expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([400, '?colour']);
  const cursor = await api.ask('GET', '/v1/contracts?cursor=zzz');
  expect([cursor.status, cursor.body.errors[0].pointer]).toEqual([400, '?cursor']);
  const limit = await api.ask('GET', '/v1/contracts?limit=101');
  expect([limit.status, limit.body.errors[0].pointer]).toEqual([400, '?limit']);
  expect((await api.ask('GET', '/v1/contracts/doc_01hzy3v9m8e4s8yq2m0rk7n5tb')).status).toBe(404);
  expect((await api.ask('GET', '/v1/contracts/%00')).status).toBe(404);
  expect((await api.ask('GET', '/v1/nothing')).body.code).toBe('not_found');
});

test('A parameter that PostgreSQL cannot hold, a NUL or a year without four digits, is refused', async () => {
  for (const query of [
    'contracts?reference=%00',
    'events?type=%00',
    'contracts?createdTo=0000-01-01',
    'usage?to=0000-01-01',
    'usage?to=9999-12-31T23:59:59-01:00',
  ]) {
    const answer = await api.ask('GET', `/v1/${query}`);
    expect([query, answer.status, answer.body.errors?.[0].pointer]).toEqual([
      query,
      400,
      `?${/\?(\w+)/.exec(query)![1]}`,
    ]);
  }
  const late = await postTrigger(api, { deadline: '9999-12-31T23:59:59-01:00' });
  expect([late.status, late.body.errors?.[0].pointer]).toEqual([400, '/deadline']);
  expect((await postTrigger(api, { deadline: '9999-12-31' })).status).toBe(202);
});

test('A line of a bulk whose key cannot be kept spoils no other', async () => {
  const lines = [randomUUID(), 'a\u0000b', '\ud800'].map((idempotencyKey) =>
    JSON.stringify({ ...aTrigger(), idempotencyKey }),
  );
  const answer = await api.ask('POST', '/v1/contracts/bulk', {
    raw: lines.join('\n'),
    headers: { 'content-type': 'application/x-ndjson' },
  });
  const answers = answer.bytes.toString().trim().split('\n');
  expect(answers.map((line) => (JSON.parse(line) as { status: number }).status)).toEqual([202, 400, 400]);
});

test('What is right is accepted: a draft without numbers, one with everything', async () => {
  const draft = await postTrigger(api, { action: 'save', signatories: [{ ...person, mobile: undefined }] });
  expect([draft.status, draft.body.signatories[0].mobile]).toEqual([202, null]);
  const all = await postTrigger(api, {
    reference: randomUUID(),
    language: 'en',
    deadline: '2031-01-01T10:00:00+02:00',
    notify: { signatories: false, owner: false, message: 'Deux\nlignes' },
    signatories: Array.from({ length: 50 }, (_, i) => ({
      ...person,
      reference: `p${i}`,
      deposit: { amount: 15000, currency: 'EUR' },
    })),
    metadata: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}`, 'x'.repeat(200)])),
  });
  expect(all.status).toBe(202);
  expect(all.body.deadline).toBe('2031-01-01T08:00:00.000Z');
  expect(all.body.signatories[49]).toMatchObject({
    reference: 'p49',
    deposit: { amount: 15000, currency: 'EUR', paidAt: null },
  });
});
