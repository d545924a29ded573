import { create, removeHome, startTwin, type TestTwin } from '../support/twin.js';

const HOUR_MS = 3_600_000;
const PRODUCTION = { apiUser: 'prod', apiKey: 'prod-key' };

let twin: TestTwin;

beforeEach(async () => {
  twin = await startTwin();
  await twin.control('/accounts', { user: 'prod', key: 'prod-key', rules: 'production', quota: 60 });
  await twin.control('/time', { freeze: true });
});
afterEach(async () => {
  await twin.close();
  await removeHome(twin.home);
});

const production = (): TestTwin => ({
  ...twin,
  call: (request, body = {}) => twin.call(request, { ...PRODUCTION, ...body }),
});
const advance = (advanceMs: number) => twin.control('/time', { advanceMs });
const check = () => twin.call('checkConnexionRequest', PRODUCTION);
const codesOf = async (id: string): Promise<string[]> =>
  (await twin.control(`/contracts/${id}`)).body.signatories[0].sms.map((one: { code: string }) => one.code);

describe('production rules', () => {
  it('say that the platform is production, with 1,000 requests a day by default', async () => {
    expect((await check()).body.platform).toBe('production');
    const { body } = await twin.control('/accounts', { user: 'usual', key: 'k', rules: 'production' });
    expect(body.quota).toBe(1000);
  });

  it('send at most 1 + 5 SMS to a signatory, counting those asked for on the site', async () => {
    const { id, people } = await create(production(), { people: 2 });
    const ids = { contractId: id, signatoryId: people[0] };
    await twin.control(`/contracts/${id}/signatories/${people[0]}/sms`, {});
    const left: number[] = [];
    for (let sms = 0; sms < 5; sms += 1) {
      left.push((await production().call('signatorySendSmsRequest', ids)).body.smsLeft);
    }
    expect(left).toEqual([4, 3, 2, 1, 0]);
    const refused = await production().call('signatorySendSmsRequest', ids);
    expect([refused.status, refused.body.error.code, refused.retryAfter]).toEqual([429, 'sms_limit', null]);
    const all = await production().call('signatorySendAllSmsRequest', { contractId: id });
    expect(all.body.signatories).toEqual([{ signatoryId: people[1], smsSent: 1, smsLeft: 5 }]);
  });

  it('take the newest code only, and none before an SMS was sent', async () => {
    const { id, people } = await create(production());
    const sign = (code: string) =>
      production().call('signatorySignRequest', { contractId: id, signatoryId: people[0], code });
    expect((await sign('0000')).status).toBe(422);
    await production().call('signatorySendSmsRequest', { contractId: id, signatoryId: people[0] });
    await production().call('signatorySendSmsRequest', { contractId: id, signatoryId: people[0] });
    const [older, newer] = await codesOf(id);
    expect(newer).toMatch(/^\d{6}$/);
    if (older !== newer) expect((await sign(older ?? '')).status).toBe(422);
    expect((await sign(newer ?? '')).body.status).toBe('signed');
  });
});

describe('the quota', () => {
  it('slides over 24 hours, and a refusal lengthens no wait', async () => {
    for (let n = 0; n < 30; n += 1) expect((await check()).status).toBe(200);
    await advance(6 * HOUR_MS);
    for (let n = 0; n < 30; n += 1) expect((await check()).status).toBe(200);
    for (let n = 0; n < 10; n += 1) {
      const refused = await check();
      expect([refused.status, refused.body.error.code]).toEqual([429, 'quota_exceeded']);
      expect(refused.retryAfter).toBe(String(18 * 3600));
    }
    await advance(18 * HOUR_MS - 1);
    expect((await check()).retryAfter).toBe('1');
    await advance(1);
    for (let n = 0; n < 30; n += 1) expect((await check()).status).toBe(200);
    expect((await check()).status).toBe(429);
    const { body } = await twin.control('/requests/summary?apiUser=prod');
    expect(body.mostInAnySliding24h.prod).toBe(60);
  });

  it('counts what good keys ask for, whatever the answer, and nothing of bad keys', async () => {
    await production().call('contractDetailRequest', { contractId: 'ctr_none' });
    await production().call('contractEraseRequest');
    await twin.call('checkConnexionRequest', { apiUser: 'prod', apiKey: 'wrong' });
    const { body } = await twin.control('/accounts');
    expect(body.accounts.find((one: { user: string }) => one.user === 'prod').quotaUsed).toBe(2);
  });

  it('holds for requests that come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, check));
    expect(answers.filter((one) => one.status === 200)).toHaveLength(60);
  });

  it('does not hold in the sandbox, and can be raised', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => twin.call('checkConnexionRequest')));
    expect(answers.every((one) => one.status === 200)).toBe(true);
    for (let n = 0; n < 61; n += 1) await check();
    await twin.control('/accounts/prod', { quota: 70 }, 'PATCH');
    expect((await check()).status).toBe(200);
  });
});

describe('time', () => {
  it('expires a contract within the hour after its deadline; until then it can be signed and cancelled', async () => {
    const deadline = new Date(Date.now() + 2 * HOUR_MS).toISOString();
    const { id, people } = await create(twin, { deadline, people: 2 });
    const other = await create(twin, { deadline });
    const sign = (person: string | undefined) =>
      twin.call('signatorySignRequest', { contractId: id, signatoryId: person, code: '0000' });
    await twin.control('/time', { set: new Date(Date.parse(deadline) + 60_000).toISOString() });
    expect((await sign(people[0])).status).toBe(200);
    expect((await twin.call('contractCancelRequest', { contractId: other.id })).status).toBe(200);
    await advance(HOUR_MS);
    const seen = (await twin.call('contractDetailRequest', { contractId: id })).body;
    expect(seen.status).toBe('expired');
    const [last] = seen.log.slice(-1);
    expect(last.event).toBe('expired');
    expect(Date.parse(last.at)).toBeLessThanOrEqual(Date.parse(deadline) + HOUR_MS);
    expect((await sign(people[1])).body.error.code).toBe('expired');
    expect((await twin.call('contractCancelRequest', { contractId: id })).body.error.code).toBe('expired');
  });

  it('leaves a signed contract and a draft alone at the deadline', async () => {
    const deadline = new Date(Date.now() + HOUR_MS).toISOString();
    const signed = await create(twin, { deadline });
    const draft = await create(twin, { deadline, submit: false });
    await twin.control(`/contracts/${signed.id}/signatories/${signed.people[0]}/sign`, {});
    await advance(3 * HOUR_MS);
    const { body } = await twin.control('/contracts');
    const status = (id: string) => body.contracts.find((one: { id: string }) => one.id === id).status;
    expect([status(signed.id), status(draft.id)]).toEqual(['signed', 'draft']);
    expect((await twin.control(`/contracts/${draft.id}/publish`, {})).status).toBe(400);
  });

  it('moves updatedAt with every entry of the log even while it stands still', async () => {
    const { id, people } = await create(twin);
    const updatedAt = async () =>
      (await twin.call('contractDetailRequest', { contractId: id })).body.updatedAt;
    const before = await updatedAt();
    await twin.call('signatorySendSmsRequest', { contractId: id, signatoryId: people[0] });
    expect(Date.parse(await updatedAt())).toBeGreaterThan(Date.parse(before));
  });

  it('never goes back', async () => {
    expect((await twin.control('/time', { set: '2020-01-01T00:00:00Z' })).status).toBe(400);
    expect((await twin.control('/time', { advanceMs: -1 })).status).toBe(400);
  });

  it('goes on from where it stood when it is let go', async () => {
    await advance(HOUR_MS);
    const stood = Date.parse((await twin.control('/time')).body.now);
    const { body } = await twin.control('/time', { freeze: false });
    expect(Date.parse(body.now) - stood).toBeLessThan(5000);
    expect(body.frozenAt).toBeNull();
  });
});
