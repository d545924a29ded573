import { createHash, randomUUID } from 'node:crypto';
import {
  newClient,
  pdf,
  person,
  plainTrigger,
  type AnsweredContract,
  type BusinessSystem,
} from '../support/business-system.js';
import { acceptanceTarget, type StackFile } from '../support/stack.js';

// api.md, *A trigger*: what each member means and what is refused. Speaks HTTP only.
let target: StackFile;
let key: string;
let system: BusinessSystem;

beforeAll(async () => {
  target = await acceptanceTarget();
  ({ key, system } = await newClient(target));
});

const post = (path: string, body: unknown = {}) => system.call<AnsweredContract>('POST', path, body);
const trigger = (members: object) => post('/v1/contracts', plainTrigger(members as Record<string, unknown>));

test('an accepted trigger is given back whole, with its address', async () => {
  const reference = randomUUID();
  const answer = await trigger({
    reference,
    label: 'é'.repeat(180),
    language: 'en',
    deadline: '2030-01-01T10:00:00+02:00',
    annexes: [{ name: 'Règlement – été.pdf', content: pdf() }],
    signatories: [{ ...person('a'), reference: 'emp-1', deposit: { amount: 15000, currency: 'EUR' } }],
    notify: { signatories: false, owner: false, message: 'm'.repeat(2000) },
    metadata: { department: 'sales' },
  });
  expect(answer.status).toBe(202);
  expect(answer.headers.get('location')).toBe(`/v1/contracts/${answer.body.id}`);
  const id = (prefix: string): string =>
    expect.stringMatching(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`)) as string;
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/) as string;
  const document = { size: expect.any(Number) as number, sha256: expect.any(String) as string, signed: null };
  expect(answer.body).toEqual({
    id: id('ctr'),
    reference,
    label: 'é'.repeat(180),
    language: 'en',
    status: 'accepted',
    statusReason: null,
    environment: 'sandbox',
    platformId: null,
    action: 'submit',
    deadline: '2030-01-01T08:00:00.000Z',
    createdAt: time,
    updatedAt: time,
    publishedAt: null,
    signedAt: null,
    completedAt: null,
    signatories: [
      {
        ...person('a'),
        id: id('sig'),
        mobile: '+33612345678',
        reference: 'emp-1',
        status: 'pending',
        signedAt: null,
        smsSent: 0,
        smsLeft: 6,
        attemptsLeft: 5,
        deposit: { amount: 15000, currency: 'EUR', paidAt: null },
      },
    ],
    documents: [
      { ...document, id: id('doc'), name: 'avenant.pdf', kind: 'main' },
      { ...document, id: id('doc'), name: 'Règlement – été.pdf', kind: 'annex' },
    ],
    estimate: { publishBy: time },
    metadata: { department: 'sales' },
  });
});

test.each([
  ['2030-01-15', '2030-01-15T22:59:59.000Z'],
  ['2030-07-15', '2030-07-15T21:59:59.000Z'],
  // The days on which the clocks of Paris change.
  ['2030-03-31', '2030-03-31T21:59:59.000Z'],
  ['2030-10-27', '2030-10-27T22:59:59.000Z'],
  ['2030-01-15T12:00:00Z', '2030-01-15T12:00:00.000Z'],
])('the deadline %s is %s', async (deadline, instant) => {
  expect((await trigger({ deadline })).body.deadline).toBe(instant);
});

test.each([
  ['06 12 34 56 78', '+33612345678'],
  ['0033 6 12 34 56 78', '+33612345678'],
  ['+33 (0)6.12.34.56.78', '+33612345678'],
  ['+32 470 12 34 56', '+32470123456'],
])('the mobile %s is given back as %s', async (mobile, e164) => {
  const { body } = await trigger({ signatories: [{ ...person('a'), mobile }] });
  expect(body.signatories[0]!.mobile).toBe(e164);
});

test.each<[string, object, number, string, string]>([
  ['a reference that is too long', { reference: 'r'.repeat(101) }, 400, 'invalid_request', '/reference'],
  [
    'a message that is too long',
    { notify: { message: 'm'.repeat(2001) } },
    400,
    'invalid_request',
    '/notify/message',
  ],
  [
    'a message with a draft',
    { action: 'save', notify: { message: 'm' } },
    400,
    'invalid_request',
    '/notify/message',
  ],
  ['an unknown member of notify', { notify: { sms: true } }, 400, 'invalid_request', '/notify/sms'],
  ['metadata that are too many', { metadata: members(21, 'x') }, 400, 'invalid_request', '/metadata'],
  [
    'metadata that are too long',
    { metadata: members(1, 'x'.repeat(201)) },
    400,
    'invalid_request',
    '/metadata/m0',
  ],
  ['too many documents', { documents: Array(21).fill(file({})) }, 400, 'invalid_request', '/documents'],
  [
    'content and id at once',
    { documents: [file({ documentId: `doc_${'0'.repeat(26)}` })] },
    400,
    'invalid_request',
    '/documents/0',
  ],
  [
    'neither content nor id',
    { documents: [file({ content: undefined })] },
    400,
    'invalid_request',
    '/documents/0',
  ],
  [
    'content that is not base64',
    { documents: [file({ content: 'é' })] },
    400,
    'invalid_request',
    '/documents/0/content',
  ],
  ['no deadline', { deadline: undefined }, 400, 'invalid_request', '/deadline'],
  [
    'no mobile with submit',
    { signatories: [{ ...person('a'), mobile: undefined }] },
    400,
    'invalid_request',
    '/signatories/0/mobile',
  ],
])('%s is refused', async (_what, bad, status, code, pointer) => {
  const { status: given, body } = await trigger(bad);
  expect([given, body.code, body.errors?.map((error) => error.pointer)]).toEqual([
    status,
    code,
    expect.arrayContaining([pointer]) as string[],
  ]);
});

function members(count: number, text: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`m${n}`, text]));
}

function file(change: object): object {
  return { name: 'a.pdf', content: pdf(), ...change };
}

test('a reference is taken until its contract is over', async () => {
  const reference = randomUUID();
  const { id } = (await trigger({ reference })).body;
  const taken = await trigger({ reference });
  expect([taken.status, taken.body.code]).toEqual([409, 'reference_in_use']);
  await system.until(id, 'open');
  expect((await post(`/v1/contracts/${id}/cancel`, { reason: 'x' })).status).toBe(200);
  expect((await trigger({ reference })).status).toBe(202);
});

test('a PDF uploaded ahead is used by its owner only', async () => {
  const content = Buffer.from(pdf(), 'base64');
  const upload = async (body: Buffer, type = 'application/pdf') => {
    const answer = await fetch(`${target.api}/v1/documents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': type },
      body: new Uint8Array(body),
    });
    return { status: answer.status, body: (await answer.json()) as { id: string; code?: string } };
  };
  const made = await upload(content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect(made).toEqual({
    status: 201,
    body: { id: expect.stringMatching(/^doc_/) as string, sha256, size: content.length, pages: 1 },
  });
  expect((await upload(Buffer.from('hello'))).body.code).toBe('not_a_pdf');
  expect((await upload(content, 'text/plain')).status).toBe(415);

  const documents = [{ name: 'a.pdf', documentId: made.body.id }];
  expect((await trigger({ documents })).body.documents[0]!.sha256).toBe(sha256);
  const stranger = await newClient(target);
  const theirs = await stranger.system.call<AnsweredContract>(
    'POST',
    '/v1/contracts',
    plainTrigger({ documents }),
  );
  expect([theirs.status, theirs.body.code, theirs.body.errors?.[0]?.pointer]).toEqual([
    422,
    'unknown_document',
    '/documents/0/documentId',
  ]);
});

test('bulk: one answer a line, in order, a bad line spoils no other', async () => {
  const own = { idempotencyKey: randomUUID(), ...plainTrigger() };
  const next = { ...own, idempotencyKey: randomUUID() };
  const lines = [own, '{"label":', { ...own, idempotencyKey: undefined }, next];
  const answer = await fetch(`${target.api}/v1/contracts/bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  const answers = (await answer.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { line: number; status: number; body: AnsweredContract });
  expect(answers.map(({ line, status, body }) => [line, status, body.code])).toEqual([
    [1, 202, undefined],
    [2, 400, 'invalid_request'],
    [3, 400, 'idempotency_key_required'],
    [4, 202, undefined],
  ]);
  expect(answers[3]!.body.id).not.toBe(answers[0]!.body.id);
});
