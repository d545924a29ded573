import { randomUUID } from 'node:crypto';
import { buildPdf, onePage } from '../support/build-pdf.js';
import { aTrigger, PDF, postTrigger, startTestApi, type TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => (api = await startTestApi()));
afterAll(() => api.close());

const person = {
  firstName: 'Camille',
  lastName: 'Exemple',
  email: 'camille@example.org',
  mobile: '+33639980001',
};
const file = (content: Buffer | string) => [
  { name: 'a.pdf', content: typeof content === 'string' ? content : content.toString('base64') },
];
const encrypted = buildPdf(
  { ...onePage(), 4: '<</Filter/Standard/V 2/R 3/O<00>/U<00>/P -4>>' },
  '/Encrypt 4 0 R/ID[<00><00>]',
);

/** What is wrong, the trigger's members, the refusal, and where it points. */
const cases: [string, Record<string, unknown>, number, string, string | null][] = [
  ['an unknown member', { colour: 'blue' }, 400, 'invalid_request', '/colour'],
  [
    'an unknown member inside',
    { signatories: [{ ...person, age: 3 }] },
    400,
    'invalid_request',
    '/signatories/0/age',
  ],
  ['an unknown member with a slash in its name', { 'a/b~c': 1 }, 400, 'invalid_request', '/a~1b~0c'],
  ['no label', { label: undefined }, 400, 'invalid_request', '/label'],
  ['a blank label', { label: '   ' }, 400, 'invalid_request', '/label'],
  ['a label of 181 characters', { label: 'x'.repeat(181) }, 400, 'invalid_request', '/label'],
  ['a label with a NUL', { label: 'a\u0000b' }, 400, 'invalid_request', '/label'],
  ['a label that is no string', { label: 3 }, 400, 'invalid_request', '/label'],
  ['half a surrogate pair', { reference: 'a\ud800' }, 400, 'invalid_request', '/reference'],
  ['a reference of 101 characters', { reference: 'x'.repeat(101) }, 400, 'invalid_request', '/reference'],
  ['a language that is not offered', { language: 'de' }, 400, 'invalid_request', '/language'],
  ['a deadline that is no date', { deadline: 'tomorrow' }, 400, 'invalid_request', '/deadline'],
  ['a day that does not exist', { deadline: '2030-02-30' }, 400, 'invalid_request', '/deadline'],
  ['a date-time without an offset', { deadline: '2030-02-03T10:00:00' }, 400, 'invalid_request', '/deadline'],
  ['a deadline in the past', { deadline: '2020-01-01' }, 422, 'deadline_past', '/deadline'],
  [
    'a deadline a minute ago',
    { deadline: new Date(Date.now() - 60_000).toISOString() },
    422,
    'deadline_past',
    '/deadline',
  ],
  ['no documents', { documents: [] }, 400, 'invalid_request', '/documents'],
  [
    '21 documents',
    { documents: Array.from({ length: 21 }, () => file(PDF)[0]) },
    400,
    'invalid_request',
    '/documents',
  ],
  [
    '21 documents and annexes',
    { annexes: Array.from({ length: 20 }, () => file(PDF)[0]) },
    400,
    'invalid_request',
    '/annexes',
  ],
  [
    'a document with neither content nor id',
    { documents: [{ name: 'a.pdf' }] },
    400,
    'invalid_request',
    '/documents/0',
  ],
  [
    'a document name with a slash',
    { documents: [{ ...file(PDF)[0], name: '../a.pdf' }] },
    400,
    'invalid_request',
    '/documents/0/name',
  ],
  ['content that is not base64', { documents: file('%%%%') }, 400, 'invalid_request', '/documents/0/content'],
  [
    'base64 that was cut off',
    { documents: file(PDF.toString('base64').slice(0, -3)) },
    400,
    'invalid_request',
    '/documents/0/content',
  ],
  [
    'a file that is not a PDF',
    { documents: file(Buffer.from('MZ this is a program')) },
    422,
    'not_a_pdf',
    '/documents/0/content',
  ],
  [
    'an annex that is not a PDF',
    { annexes: file(Buffer.from('text')) },
    422,
    'not_a_pdf',
    '/annexes/0/content',
  ],
  ['an encrypted PDF', { documents: file(encrypted) }, 422, 'pdf_encrypted', '/documents/0/content'],
  [
    'a PDF that was cut off',
    { documents: file(Buffer.from('%PDF-1.7\n1 0 obj\n<<')) },
    422,
    'pdf_damaged',
    '/documents/0/content',
  ],
  [
    'an upload that is not there',
    { annexes: [{ name: 'a.pdf', documentId: 'doc_01hzy3v9m8e4s8yq2m0rk7n5tb' }] },
    422,
    'unknown_document',
    '/annexes/0/documentId',
  ],
  ['no signatories', { signatories: [] }, 400, 'invalid_request', '/signatories'],
  [
    '51 signatories',
    { signatories: Array.from({ length: 51 }, () => person) },
    400,
    'invalid_request',
    '/signatories',
  ],
  [
    'a signatory without a name',
    { signatories: [{ ...person, lastName: '' }] },
    400,
    'invalid_request',
    '/signatories/0/lastName',
  ],
  [
    'an e-mail address that is none',
    { signatories: [{ ...person, email: 'camille' }] },
    400,
    'invalid_request',
    '/signatories/0/email',
  ],
  [
    'a phone number that can’t be one',
    { signatories: [{ ...person, mobile: '+33 1' }] },
    400,
    'invalid_request',
    '/signatories/0/mobile',
  ],
  [
    'a phone number of letters',
    { signatories: [{ ...person, mobile: 'call me' }] },
    400,
    'invalid_request',
    '/signatories/0/mobile',
  ],
  [
    'no phone number with submit',
    { signatories: [{ ...person, mobile: undefined }] },
    400,
    'invalid_request',
    '/signatories/0/mobile',
  ],
  [
    'a deposit of nothing',
    { signatories: [{ ...person, deposit: { amount: 0, currency: 'EUR' } }] },
    400,
    'invalid_request',
    '/signatories/0/deposit/amount',
  ],
  [
    'half a cent',
    { signatories: [{ ...person, deposit: { amount: 1.5, currency: 'EUR' } }] },
    400,
    'invalid_request',
    '/signatories/0/deposit/amount',
  ],
  [
    'a message with save',
    { action: 'save', notify: { message: 'Bonjour' } },
    400,
    'invalid_request',
    '/notify/message',
  ],
  [
    '21 metadata',
    { metadata: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`m${i}`, 'x'])) },
    400,
    'invalid_request',
    '/metadata',
  ],
  ['metadata of 201 characters', { metadata: { a: 'x'.repeat(201) } }, 400, 'invalid_request', '/metadata/a'],
  ['metadata that is no string', { metadata: { a: 1 } }, 400, 'invalid_request', '/metadata/a'],
];

test.each(cases)(
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
  const document = await postTrigger(api, { documents: file(large) });
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
