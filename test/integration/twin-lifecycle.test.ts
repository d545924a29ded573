import { create, removeHome, startTwin, type TestTwin } from '../support/twin.js';

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

describe('drafts', () => {
  it('can be signed, sent and cancelled only once they are published on the site', async () => {
    const { id, people } = await create(twin, { submit: false, mobile: null });
    const ids = { contractId: id, signatoryId: people[0] };
    for (const [name, body] of [
      ['signatorySendSmsRequest', ids],
      ['signatorySendAllSmsRequest', { contractId: id }],
      ['signatorySignRequest', { ...ids, code: '0000' }],
      ['contractCancelRequest', { contractId: id }],
    ] as const) {
      const answer = await twin.call(name, body);
      expect([name, answer.status, answer.body.error.code]).toEqual([name, 409, 'not_published']);
    }
    expect((await twin.control(`/contracts/${id}/publish`, {})).status).toBe(400);
    const mobile = { mobile: '+33600000042' };
    expect((await twin.control(`/contracts/${id}/signatories/${people[0]}/mobile`, mobile)).status).toBe(200);
    expect((await twin.control(`/contracts/${id}/publish`, {})).body.status).toBe('submitted');
    expect((await detail(id)).signatories[0].mobile).toBe('+33600000042');
  });

  it('are gone once they are deleted', async () => {
    const { id } = await create(twin, { submit: false });
    await twin.control(`/contracts/${id}/delete`, {});
    expect((await twin.call('contractDetailRequest', { contractId: id })).status).toBe(404);
    const { body } = await twin.call('contractListRequest');
    expect(body.contracts.map((one: { contractId: string }) => one.contractId)).not.toContain(id);
  });
});

describe('contractCancelRequest', () => {
  it('cancels, and again, and then refuses what a cancelled contract can no longer do', async () => {
    const { id, people } = await create(twin);
    const cancel = () => twin.call('contractCancelRequest', { contractId: id });
    expect((await cancel()).body).toEqual({ contractId: id, status: 'cancelled' });
    expect((await cancel()).status).toBe(200);
    const seen = await detail(id);
    expect(seen.log.filter((one: { event: string }) => one.event === 'cancelled')).toHaveLength(1);
    const late = await sign(id, people[0]);
    expect([late.status, late.body.error.code]).toEqual([409, 'cancelled']);
  });

  it('is refused once all have signed', async () => {
    const { id, people } = await create(twin);
    await sign(id, people[0]);
    const answer = await twin.call('contractCancelRequest', { contractId: id });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'not_cancellable']);
  });
});

describe('SMS', () => {
  it('counts down in the sandbox and refuses nothing', async () => {
    const { id, people } = await create(twin);
    const left: number[] = [];
    for (let sms = 0; sms < 8; sms += 1) {
      const { body } = await twin.call('signatorySendSmsRequest', { contractId: id, signatoryId: people[0] });
      left.push(body.smsLeft);
    }
    expect(left).toEqual([5, 4, 3, 2, 1, 0, 0, 0]);
    expect((await detail(id)).signatories[0].smsSent).toBe(8);
  });

  it('goes to all who have not signed', async () => {
    const { id, people } = await create(twin, { people: 3 });
    await sign(id, people[1]);
    const { body } = await twin.call('signatorySendAllSmsRequest', { contractId: id });
    expect(body.signatories).toEqual([
      { signatoryId: people[0], smsSent: 1, smsLeft: 5 },
      { signatoryId: people[2], smsSent: 1, smsLeft: 5 },
    ]);
  });
});
