import { createHash } from 'node:crypto';
import {
  newClient,
  pdf,
  person,
  plainTrigger,
  type Answer,
  type AnsweredContract,
  type BusinessSystem,
} from '../support/business-system.js';
import { acceptanceTarget, type StackFile } from '../support/stack.js';

// api.md, *Contracts*: every request about one. Speaks HTTP only.
let target: StackFile;
let key: string;
let system: BusinessSystem;

beforeAll(async () => {
  target = await acceptanceTarget();
  ({ key, system } = await newClient(target));
});

const post = (path: string, body: unknown = {}) => system.call<AnsweredContract>('POST', path, body);
const trigger = (members: object) => post('/v1/contracts', plainTrigger(members as Record<string, unknown>));
const bytes = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${target.api}${path}`, { headers: { authorization: `Bearer ${key}`, ...headers } });

test('the whole life by API: codes, signatures, and the refusals at each step', async () => {
  const owing = { ...person('b'), deposit: { amount: 15000, currency: 'EUR' } };
  const { id } = (await trigger({ signatories: [person('a'), owing, person('c')] })).body;
  const open = await system.until(id, 'open');
  const [one, two, three] = open.signatories.map((signatory) => signatory.id);
  const at = `/v1/contracts/${id}`;
  const sign = (sid: string, code: string) => post(`${at}/signatories/${sid}/signature`, { code });

  expect((await post(`${at}/signatories/${one}/sms`)).body).toEqual({ id: one, smsSent: 1, smsLeft: 5 });
  expect((await sign(one!, '0000')).body).toEqual({ id: one, status: 'signed', contractStatus: 'open' });
  const refused: [Promise<Answer<AnsweredContract>>, number, object][] = [
    [sign(one!, '0000'), 409, { code: 'already_signed' }],
    [post(`${at}/signatories/${one}/sms`), 409, { code: 'already_signed' }],
    [sign(two!, '0000'), 409, { code: 'deposit_due' }],
    [post(`${at}/signatories/sig_${'0'.repeat(26)}/sms`), 404, { code: 'not_found' }],
    [system.call('GET', `${at}/evidence`), 409, { code: 'not_signed_yet' }],
    [
      system.call('GET', `${at}/documents/${open.documents[0]!.id}/signed`),
      409,
      {
        code: 'not_signed_yet',
      },
    ],
  ];
  for (const [answer, status, body] of refused) expect(await answer).toMatchObject({ status, body });
  expect((await post(`${at}/sms`)).body).toEqual({
    signatories: [
      { id: two, smsSent: 1, smsLeft: 5 },
      { id: three, smsSent: 1, smsLeft: 5 },
    ],
  });
  for (const attemptsLeft of [4, 3, 2, 1, 0])
    expect(await sign(three!, '1111')).toMatchObject({
      status: 422,
      body: { code: 'wrong_code', attemptsLeft },
    });
  for (const answer of [sign(three!, '0000'), post(`${at}/signatories/${three}/sms`)])
    expect(await answer).toMatchObject({
      status: 429,
      body: { code: 'attempts_exceeded', attemptsLeft: 0 },
    });
  const now = (await system.call<AnsweredContract>('GET', at)).body;
  expect([now.status, ...now.signatories.map(({ status }) => status)]).toEqual([
    'open',
    'signed',
    'pending',
    'blocked',
  ]);
  expect((await post(`${at}/cancel`, { reason: 'fini' })).body).toMatchObject({
    status: 'cancelled',
    statusReason: 'fini',
  });
  for (const answer of [sign(two!, '0000'), post(`${at}/sms`), post(`${at}/signatories/${one}/sms`)])
    expect(await answer).toMatchObject({ status: 409, body: { code: 'not_open' } });
});

test('a signed contract: the documents and their digests, the log, the evidence', async () => {
  const { id } = (await trigger({ annexes: [{ name: 'annexe.pdf', content: pdf() }] })).body;
  const open = await system.until(id, 'open');
  const signature = `/v1/contracts/${id}/signatories/${open.signatories[0]!.id}/signature`;
  expect((await post(signature, { code: '0000' })).status).toBe(200);
  await system.until(id, 'completed', 60_000);
  const { documents } = (await system.call<AnsweredContract>('GET', `/v1/contracts/${id}`)).body;
  const at = `/v1/contracts/${id}`;
  for (const [path, expected] of [
    [`${at}/documents/${documents[0]!.id}`, documents[0]!.sha256],
    [`${at}/documents/${documents[0]!.id}/signed`, documents[0]!.signed!.sha256],
    [`${at}/documents/${documents[1]!.id}`, documents[1]!.sha256],
  ] as const) {
    const answer = await bytes(path);
    const content = Buffer.from(await answer.arrayBuffer());
    const digest = createHash('sha256').update(content);
    expect([path, answer.status, digest.copy().digest('hex')]).toEqual([path, 200, expected]);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('content-digest')).toBe(`sha-256=:${digest.digest('base64')}:`);
    const etag = answer.headers.get('etag')!;
    expect((await bytes(path, { 'if-none-match': etag })).status).toBe(304);
  }
  expect((await bytes(`${at}/documents/${documents[1]!.id}/signed`)).status).toBe(404);

  const log = await system.call<{ data: object[]; retrievedAt: string }>('GET', `${at}/log`);
  expect(Date.parse(log.body.retrievedAt)).not.toBeNaN();
  expect(log.body.data).toContainEqual({
    at: expect.any(String) as string,
    event: 'signed',
    signatoryId: open.signatories[0]!.id,
    detail: expect.any(String) as string,
  });
  const evidence = await bytes(`${at}/evidence`);
  const zip = Buffer.from(await evidence.arrayBuffer());
  expect([evidence.status, evidence.headers.get('content-type'), zip.subarray(0, 2).toString()]).toEqual([
    200,
    'application/zip',
    'PK',
  ]);
  for (const name of ['signed/', 'deposited/', 'manifest.json']) expect(zip.includes(name)).toBe(true);

  const cancel = await post(`${at}/cancel`, { reason: 'too late' });
  expect([cancel.status, cancel.body.code]).toEqual([409, 'not_cancellable']);
});

test('events by polling go on after the last one, for one type or one contract', async () => {
  interface Event {
    id: string;
    type: string;
    sequence: number;
    data: { contract: { id: string } };
  }
  const events = async (query: string) =>
    (await system.call<{ data: Event[]; nextCursor: string | null }>('GET', `/v1/events?${query}`)).body;
  const { id } = (await trigger({})).body;
  await system.until(id, 'open');
  const own = await system.events(id);
  expect(own.map(({ type, sequence }) => [type, sequence])).toEqual([
    ['contract.accepted', 1],
    ['contract.published', 2],
  ]);
  expect((await events(`contract=${id}`)).data).toEqual(own);
  expect((await events(`contract=${id}&after=${own[0]!.id}`)).data).toEqual(own.slice(1));
  const typed = await events(`contract=${id}&type=contract.published`);
  expect(typed.data.map((event) => event.id)).toEqual([own[1]!.id]);
  const page = await events('limit=1');
  expect([page.data.length, page.nextCursor]).toEqual([1, page.data[0]!.id]);
});
