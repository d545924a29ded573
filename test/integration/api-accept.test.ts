import { randomUUID } from 'node:crypto';
import { readPersonal } from '../../store/personal.js';
import { aTrigger, PDF, postTrigger, startTestApi, type TestApi } from '../support/api.js';

let api: TestApi;
beforeAll(async () => (api = await startTestApi()));
afterAll(() => api.close());

const rows = (table: 'paraphe.contract' | 'paraphe.idempotency' | 'paraphe.event'): Promise<number> =>
  api.db
    .selectFrom(table)
    .select((select) => select.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
    .then(({ n }) => n);

test('A trigger is answered with the contract, which can be read at once', async () => {
  const made = await postTrigger(api, { reference: 'HR-1', metadata: { department: 'sales' } });
  expect(made.status).toBe(202);
  expect(made.headers.get('location')).toBe(`/v1/contracts/${made.body.id}`);
  expect(made.headers.get('request-id')).toMatch(/^req_/);
  expect(made.body).toMatchObject({
    status: 'accepted',
    reference: 'HR-1',
    language: 'fr',
    environment: 'sandbox',
  });
  expect(made.body.signatories[0]).toMatchObject({
    mobile: '+33639980001',
    status: 'pending',
    smsSent: 0,
    smsLeft: 6,
  });
  const read = await api.ask('GET', `/v1/contracts/${made.body.id}`);
  expect(read.status).toBe(200);
  expect(read.body).toEqual(made.body);
  expect(api.started.map((state) => state.id)).toContain(made.body.id);
});

test('A date means the end of that day in the connection’s time zone', async () => {
  const winter = await postTrigger(api, { deadline: '2030-12-24' });
  const summer = await postTrigger(api, { deadline: '2030-07-14' });
  expect(winter.body.deadline).toBe('2030-12-24T22:59:59.000Z');
  expect(summer.body.deadline).toBe('2030-07-14T21:59:59.000Z');
});

test('Names, addresses, numbers and documents are nowhere in the open', async () => {
  const made = await postTrigger(api);
  const contract = await api.db
    .selectFrom('paraphe.contract')
    .selectAll()
    .where('id', '=', made.body.id)
    .execute();
  const kept = await api.db.selectFrom('paraphe.idempotency').selectAll().execute();
  const events = await api.db.selectFrom('paraphe.event').selectAll().execute();
  const journal = await api.db.selectFrom('paraphe.journal').selectAll().execute();
  const open = JSON.stringify([
    contract,
    kept.map((row) => ({ ...row, sealed: row.sealed?.toString('latin1') })),
    events,
    journal,
  ]);
  for (const word of ['Camille', 'Exemple', 'camille@', '639980001', 'Contrat de travail', '%PDF'])
    expect(open).not.toContain(word);
  const personal = await readPersonal(api.db, api.vault, made.body.id);
  expect(personal.signatories[0]?.firstName).toBe('Camille');
});

test('The same key and body get the first answer, the same key and another body a refusal', async () => {
  const key = randomUUID();
  const body = aTrigger();
  const first = await postTrigger(api, {}, { body, headers: { 'idempotency-key': key } });
  const again = await postTrigger(api, {}, { body, headers: { 'idempotency-key': `"${key}"` } });
  expect(again.status).toBe(202);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expect(again.bytes.equals(first.bytes)).toBe(true);
  const other = await postTrigger(
    api,
    {},
    { body: aTrigger({ label: 'x' }), headers: { 'idempotency-key': key } },
  );
  expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
});

test('Twenty at once with one key make one contract', async () => {
  const before = await rows('paraphe.contract');
  const headers = { 'idempotency-key': randomUUID() };
  const body = aTrigger();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => postTrigger(api, {}, { body, headers })),
  );
  expect(new Set(answers.map((answer) => answer.bytes.toString())).size).toBe(1);
  expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === null)).toHaveLength(1);
  expect(await rows('paraphe.contract')).toBe(before + 1);
});

test('A replay works after the deadline has passed, and for seven days only', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const body = aTrigger({ deadline: new Date(Date.now() + 3_600_000).toISOString() });
  const first = await postTrigger(api, {}, { body, headers });
  api.clock.set(new Date(Date.now() + 2 * 3_600_000));
  const late = await postTrigger(api, {}, { body, headers });
  expect(late.bytes.equals(first.bytes)).toBe(true);
  api.clock.set(new Date(Date.now() + 8 * 86_400_000));
  const other = aTrigger({ label: 'later' });
  const fresh = await postTrigger(api, {}, { body: other, headers });
  api.clock.set(new Date());
  expect(fresh.status).toBe(202);
  expect(fresh.headers.get('idempotent-replayed')).toBeNull();
});

test('A reference is unique until its contract is over', async () => {
  const reference = randomUUID();
  const made = await postTrigger(api, { reference });
  const second = await postTrigger(api, { reference });
  expect([second.status, second.body.code, second.body.errors[0].pointer]).toEqual([
    409,
    'reference_in_use',
    '/reference',
  ]);
  await api.db
    .updateTable('paraphe.contract')
    .set({ status: 'cancelled' })
    .where('id', '=', made.body.id)
    .execute();
  expect((await postTrigger(api, { reference })).status).toBe(202);
});

test('It announces contract.accepted to the endpoints that want it', async () => {
  const endpoint = async (events: string[]) =>
    (await api.ask('POST', '/v1/webhook-endpoints', { body: { url: 'https://hooks.example.com/', events } }))
      .body.id as string;
  const [all, family, exact, other] = [
    await endpoint(['*']),
    await endpoint(['contract.*']),
    await endpoint(['contract.accepted']),
    await endpoint(['signatory.*']),
  ];
  const made = await postTrigger(api);
  const events = await api.ask('GET', `/v1/contracts/${made.body.id}/events`);
  expect(events.body.data).toHaveLength(1);
  expect(events.body.data[0]).toMatchObject({
    type: 'contract.accepted',
    sequence: 1,
    data: { actor: 'client' },
  });
  const deliveries = await api.db
    .selectFrom('paraphe.delivery')
    .select('endpoint_id')
    .where('event_id', '=', events.body.data[0].id)
    .execute();
  expect(deliveries.map((row) => row.endpoint_id).sort()).toEqual([all, family, exact].sort());
  expect(deliveries.map((row) => row.endpoint_id)).not.toContain(other);
});

test('Deposited documents come back byte for byte, uploads too', async () => {
  const uploaded = await api.ask('POST', '/v1/documents', {
    raw: PDF,
    headers: { 'content-type': 'application/pdf' },
  });
  expect(uploaded.status).toBe(201);
  expect(uploaded.body).toMatchObject({ size: PDF.length, pages: 1 });
  const made = await postTrigger(api, { annexes: [{ name: 'reglement.pdf', documentId: uploaded.body.id }] });
  expect(made.body.documents.map((document: { kind: string }) => document.kind)).toEqual(['main', 'annex']);
  for (const { id, sha256 } of made.body.documents) {
    const file = await api.ask('GET', `/v1/contracts/${made.body.id}/documents/${id}`);
    expect(file.headers.get('content-type')).toBe('application/pdf');
    expect(file.headers.get('etag')).toBe(`"${sha256}"`);
    expect(file.bytes.equals(PDF)).toBe(true);
  }
});

test('Bulk answers each line in order, and a bad line spoils no other', async () => {
  const good = (key: string) => JSON.stringify({ ...aTrigger(), idempotencyKey: key });
  const raw = [
    good('b1'),
    '',
    '{',
    JSON.stringify(aTrigger()),
    JSON.stringify({ ...aTrigger({ deadline: '2020-01-01' }), idempotencyKey: 'b2' }),
    good('b3'),
    good('b1'),
  ].join('\n');
  const answer = await api.ask('POST', '/v1/contracts/bulk', {
    raw,
    headers: { 'content-type': 'application/x-ndjson' },
  });
  expect(answer.status).toBe(200);
  const lines = answer.bytes
    .toString()
    .trim()
    .split('\n')
    .map(
      (line) => JSON.parse(line) as { line: number; status: number; body: { id?: string; code?: string } },
    );
  expect(lines.map(({ line, status }) => [line, status])).toEqual([
    [1, 202],
    [3, 400],
    [4, 400],
    [5, 422],
    [6, 202],
    [7, 202],
  ]);
  expect(lines[2]?.body.code).toBe('idempotency_key_required');
  expect(lines[5]?.body.id).toBe(lines[0]?.body.id);
});

test('With the store full of them, the list pages through every contract once, newest first', async () => {
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await api.ask('GET', `/v1/contracts?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
    seen.push(...page.body.data.map((contract: { id: string }) => contract.id));
    cursor = page.body.nextCursor as string | null;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual([...seen].sort().reverse());
  expect(seen).toHaveLength(await rows('paraphe.contract'));
});
