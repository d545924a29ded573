import { waitFor } from '../support/wait.js';
import { create, order, PDF, removeHome, startTwin, type TestTwin } from '../support/twin.js';

let twin: TestTwin;

beforeAll(async () => {
  twin = await startTwin();
});
afterAll(async () => {
  await twin.close();
  await removeHome(twin.home);
});

const detail = async (id: string) => (await twin.call('contractDetailRequest', { contractId: id })).body;
const sign = (id: string, person: string | undefined, code = '0000') =>
  twin.call('signatorySignRequest', { contractId: id, signatoryId: person, code });

describe('transport', () => {
  it('tells the platform and the account to good keys', async () => {
    expect(await twin.call('checkConnexionRequest')).toMatchObject({
      status: 200,
      body: { platform: 'sandbox', account: 'twin-user' },
    });
  });

  it.each([
    ['unknown user', { apiUser: 'nobody' }, 401, 'invalid_keys'],
    ['wrong key', { apiKey: 'wrong' }, 401, 'invalid_keys'],
    ['missing key', { apiKey: undefined }, 400, 'invalid_request'],
    ['a key that is no text', { apiKey: 5 }, 400, 'invalid_request'],
  ])('refuses keys: %s', async (_what, keys, status, code) => {
    const answer = await twin.call('checkConnexionRequest', keys);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('refuses keys of the other platform', async () => {
    await twin.control('/accounts', { user: 'elsewhere', key: 'k', otherPlatform: true });
    const answer = await twin.call('contractListRequest', { apiUser: 'elsewhere', apiKey: 'k' });
    expect([answer.status, answer.body.error.code]).toEqual([401, 'wrong_platform']);
  });

  it.each([
    ['an unknown request', 'contractEraseRequest', '{"apiUser":"twin-user","apiKey":"twin-key"}'],
    ['the name of an inherited member', 'constructor', '{"apiUser":"twin-user","apiKey":"twin-key"}'],
    ['no JSON', 'contractListRequest', '{"apiUser":'],
    ['an array', 'contractListRequest', '[]'],
    ['nothing', 'contractListRequest', ''],
  ])('answers 400 to %s', async (_what, name, body) => {
    const response = await fetch(`${twin.url}/api/${name}`, { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_request' } });
  });

  it('ignores unknown members', async () => {
    const answer = await twin.call('contractListRequest', { extra: 1, filter: { colour: 'blue' } });
    expect(answer.status).toBe(200);
  });

  it('does not serve the control interface on the address of the wire', async () => {
    expect((await fetch(`${twin.url}/control/contracts`)).status).toBe(404);
    expect((await fetch(`${twin.url}/api/../control/contracts`)).status).toBe(404);
  });
});

describe('contractCreateRequest', () => {
  it('publishes, in the order in which the signatories were sent', async () => {
    const { status, body } = await twin.call('contractCreateRequest', order({ people: 3 }));
    expect([status, body.status]).toEqual([200, 'submitted']);
    expect(body.signatories.map((one: { email: string }) => one.email)).toEqual([
      'signataire1@example.org',
      'signataire2@example.org',
      'signataire3@example.org',
    ]);
  });

  it('is not idempotent: the same request twice makes two contracts', async () => {
    const label = 'Deux fois';
    await create(twin, { label });
    await create(twin, { label });
    expect((await twin.control('/contracts?label=Deux')).body.count).toBe(2);
  });

  it('saves a draft when action.submit is missing, mobile numbers missing too', async () => {
    const body = { ...order({ mobile: null }), action: undefined };
    expect((await twin.call('contractCreateRequest', body)).body.status).toBe('draft');
  });

  const contract = () => structuredClone(order()['contract']) as Record<string, unknown>;
  it.each<[string, () => object]>([
    ['no contract', () => ({ contract: undefined })],
    ['a label of 201 characters', () => ({ contract: { ...contract(), label: 'x'.repeat(201) } })],
    ['an unknown language', () => ({ contract: { ...contract(), language: 'de' } })],
    ['a deadline behind', () => ({ contract: { ...contract(), deadline: '2020-01-01T00:00:00Z' } })],
    ['a deadline without a time', () => ({ contract: { ...contract(), deadline: '2030-01-01' } })],
    ['no main document', () => ({ mainDocument: [] })],
    ['a document that is no base64', () => ({ mainDocument: [{ name: 'a.pdf', data: '%%%%' }] })],
    ['a document that is no PDF', () => ({ mainDocument: [{ name: 'a.pdf', data: btoa('hello!') }] })],
    ['no signatory', () => ({ signatories: [] })],
    ['a mobile that is no E.164', () => ({ signatories: order({ mobile: '0600000001' })['signatories'] })],
    ['no mobile in a published contract', () => ({ signatories: order({ mobile: null })['signatories'] })],
    ['a message for a draft', () => ({ notify: { submitMessage: 'Bonjour' }, action: { submit: false } })],
    [
      'half a cent',
      () => ({ signatories: order({ deposit: { amount: 0.5, currency: 'EUR' } })['signatories'] }),
    ],
  ])('answers 400 to %s', async (_what, change) => {
    const answer = await twin.call('contractCreateRequest', { ...order(), ...change() });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_request']);
  });

  it('takes a label of 200 characters, accents and all', async () => {
    const { id } = await create(twin, { label: 'é'.repeat(200) });
    expect((await detail(id)).label).toHaveLength(200);
  });
});

describe('contractListRequest', () => {
  it('filters by status and by creation time, bounds inclusive', async () => {
    const { id } = await create(twin, { submit: false });
    const { createdAt } = await detail(id);
    const found = async (filter: object) =>
      (await twin.call('contractListRequest', { filter })).body.contracts.map(
        (one: { contractId: string }) => one.contractId,
      );
    expect(await found({ status: ['draft'] })).toContain(id);
    expect(await found({ status: ['signed', 'expired'] })).not.toContain(id);
    expect(await found({ from: createdAt, to: createdAt })).toContain(id);
    expect(await found({ from: new Date(Date.parse(createdAt) + 1).toISOString() })).not.toContain(id);
    expect(await found({ to: new Date(Date.parse(createdAt) - 1).toISOString() })).not.toContain(id);
  });

  it('shows five members and nobody else’s contracts', async () => {
    const { id } = await create(twin);
    await twin.control('/accounts', { user: 'other', key: 'k' });
    const { body } = await twin.call('contractListRequest', { filter: { status: ['submitted'] } });
    const mine = body.contracts.find((one: { contractId: string }) => one.contractId === id);
    expect(Object.keys(mine).toSorted()).toEqual(['contractId', 'createdAt', 'label', 'status', 'updatedAt']);
    const keys = { apiUser: 'other', apiKey: 'k' };
    expect((await twin.call('contractListRequest', keys)).body.contracts).toEqual([]);
    expect((await twin.call('contractDetailRequest', { ...keys, contractId: id })).status).toBe(404);
    expect((await twin.call('contractCancelRequest', { ...keys, contractId: id })).status).toBe(404);
  });

  it('refuses a status that does not exist', async () => {
    expect((await twin.call('contractListRequest', { filter: { status: ['done'] } })).status).toBe(400);
  });
});

describe('contractDetailRequest', () => {
  it('gives everything that the wire describes', async () => {
    const { id, people } = await create(twin, { deposit: { amount: 15000, currency: 'EUR' } });
    expect(await detail(id)).toMatchObject({
      contractId: id,
      language: 'fr',
      status: 'submitted',
      signedAt: null,
      signatories: [
        {
          signatoryId: people[0],
          status: 'pending',
          signedAt: null,
          smsSent: 0,
          attemptsLeft: 5,
          mobile: '+33600000001',
          deposit: { amount: 15000, currency: 'EUR', paidAt: null },
        },
      ],
      mainDocument: [{ name: 'contrat.pdf', data: PDF.toString('base64') }],
      annexes: [],
      log: [{ event: 'created' }, { event: 'submitted' }, { event: 'notified', signatoryId: people[0] }],
    });
  });

  it('leaves out deposit and data.sign where there is none', async () => {
    const { id } = await create(twin);
    const seen = await detail(id);
    expect(seen.signatories[0]).not.toHaveProperty('deposit');
    expect(seen.mainDocument[0]).not.toHaveProperty(['data.sign']);
  });

  it('answers 404 to an unknown contract', async () => {
    const answer = await twin.call('contractDetailRequest', { contractId: 'ctr_none' });
    expect([answer.status, answer.body.error.code]).toEqual([404, 'unknown_contract']);
  });
});

describe('signing', () => {
  it('goes from the first signature to the signed file, updatedAt moving with every entry of the log', async () => {
    const { id, people } = await create(twin, { people: 2 });
    const before = await detail(id);
    expect((await sign(id, people[0])).body).toMatchObject({ status: 'signed', contractStatus: 'submitted' });
    const between = await detail(id);
    expect(Date.parse(between.updatedAt)).toBeGreaterThan(Date.parse(before.updatedAt));
    expect((await sign(id, people[1])).body).toMatchObject({ status: 'signed', contractStatus: 'signed' });
    const after = await waitFor(async () => {
      const seen = await detail(id);
      return seen.mainDocument[0]['data.sign'] === undefined ? null : seen;
    });
    expect(after.status).toBe('signed');
    expect(after.signedAt).not.toBeNull();
    expect(Buffer.from(after.mainDocument[0]['data.sign'], 'base64').subarray(0, PDF.length)).toEqual(PDF);
    expect(after.log.map((one: { event: string }) => one.event).slice(-3)).toEqual([
      'signed',
      'signed',
      'completed',
    ]);
  });

  it('refuses an unknown signatory, and one who has signed', async () => {
    const { id, people } = await create(twin, { people: 2 });
    expect((await sign(id, 'sgn_none')).body.error.code).toBe('unknown_signatory');
    await sign(id, people[0]);
    const again = await sign(id, people[0]);
    expect([again.status, again.body.error.code]).toEqual([409, 'already_signed']);
    const sms = await twin.call('signatorySendSmsRequest', { contractId: id, signatoryId: people[0] });
    expect([sms.status, sms.body.error.code]).toEqual([409, 'already_signed']);
  });

  it('refuses who owes a deposit before it looks at the code, until it is paid on the site', async () => {
    const { id, people } = await create(twin, { deposit: { amount: 100, currency: 'EUR' } });
    expect((await sign(id, people[0], '9999')).body.error.code).toBe('deposit_due');
    expect((await detail(id)).signatories[0].attemptsLeft).toBe(5);
    const at = `/contracts/${id}/signatories/${people[0]}/pay`;
    expect((await twin.control(at, { number: '4111111111111111' })).status).toBe(400);
    expect((await twin.control(at, { expiry: '01/20' })).status).toBe(400);
    expect((await twin.control(at, {})).status).toBe(200);
    expect((await detail(id)).signatories[0].deposit.paidAt).not.toBeNull();
    expect((await sign(id, people[0])).body.contractStatus).toBe('signed');
  });

  it('blocks at the fifth wrong code', async () => {
    const { id, people } = await create(twin);
    const left: number[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const answer = await sign(id, people[0], '1111');
      expect([answer.status, answer.body.error.code]).toEqual([422, 'wrong_code']);
      left.push(answer.body.error.attemptsLeft);
    }
    expect(left).toEqual([4, 3, 2, 1, 0]);
    const late = await sign(id, people[0]);
    expect([late.status, late.body.error.code, late.retryAfter]).toEqual([429, 'attempts_exceeded', null]);
    const sms = await twin.call('signatorySendSmsRequest', { contractId: id, signatoryId: people[0] });
    expect([sms.status, sms.body.error.code]).toEqual([429, 'attempts_exceeded']);
    expect((await detail(id)).signatories[0]).toMatchObject({ status: 'blocked', attemptsLeft: 0 });
  });

  it('lets fifty wrong codes at once count five times', async () => {
    const { id, people } = await create(twin);
    const answers = await Promise.all(Array.from({ length: 50 }, () => sign(id, people[0], '1111')));
    expect(answers.filter((one) => one.status === 422)).toHaveLength(5);
    expect(answers.filter((one) => one.status === 429)).toHaveLength(45);
  });
});
