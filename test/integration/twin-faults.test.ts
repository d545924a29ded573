import { waitFor } from '../support/wait.js';
import { create, order, PDF, removeHome, startTwin, type TestTwin } from '../support/twin.js';

let twin: TestTwin;

beforeAll(async () => {
  twin = await startTwin();
});
afterEach(async () => {
  await twin.control('/faults', undefined, 'DELETE');
});
afterAll(async () => {
  await twin.close();
  await removeHome(twin.home);
});

const fault = async (body: object) => {
  const answer = await twin.control('/faults', body);
  expect(answer.status).toBe(201);
};
const count = async (label: string) =>
  (await twin.control(`/contracts?label=${encodeURIComponent(label)}`)).body.count;
const signedContract = async () => {
  const { id, people } = await create(twin);
  await twin.control(`/contracts/${id}/signatories/${people[0]}/sign`, {});
  await waitFor(async () => (await twin.control(`/contracts/${id}`)).body.sealed);
  return id;
};
const signedFile = async (id: string): Promise<string | undefined> =>
  (await twin.call('contractDetailRequest', { contractId: id })).body.mainDocument[0]['data.sign'];

describe('faults', () => {
  it('lose_reply does the work and breaks the connection', async () => {
    await fault({ kind: 'lose_reply', request: 'contractCreateRequest', times: 1 });
    await expect(twin.call('contractCreateRequest', order({ label: 'Perdu' }))).rejects.toThrow(
      'fetch failed',
    );
    expect(await count('Perdu')).toBe(1);
    expect((await twin.call('contractCreateRequest', order({ label: 'Perdu' }))).status).toBe(200);
  });

  it('break_connection does nothing but break it', async () => {
    await fault({ kind: 'break_connection', request: '*', times: 1 });
    await expect(twin.call('contractCreateRequest', order({ label: 'Rompu' }))).rejects.toThrow(
      'fetch failed',
    );
    expect(await count('Rompu')).toBe(0);
  });

  it('status answers before the work, or after it', async () => {
    await fault({ kind: 'status', request: 'contractCreateRequest', status: 502, times: 1 });
    expect((await twin.call('contractCreateRequest', order({ label: 'Avant' }))).status).toBe(502);
    expect(await count('Avant')).toBe(0);
    await fault({ kind: 'status', request: 'contractCreateRequest', when: 'after', times: 1 });
    expect((await twin.call('contractCreateRequest', order({ label: 'Après' }))).status).toBe(503);
    expect(await count('Après')).toBe(1);
  });

  it('delay holds the reply back', async () => {
    await fault({ kind: 'delay', request: 'checkConnexionRequest', ms: 120, times: 1 });
    const began = performance.now();
    expect((await twin.call('checkConnexionRequest')).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThanOrEqual(115);
  });

  it('wrong_keys and quota refuse without counting', async () => {
    await fault({ kind: 'wrong_keys', times: 1 });
    expect((await twin.call('checkConnexionRequest')).body.error.code).toBe('invalid_keys');
    await fault({ kind: 'quota', times: 1, ms: 90_000 });
    const refused = await twin.call('checkConnexionRequest');
    expect([refused.status, refused.body.error.code, refused.retryAfter]).toEqual([
      429,
      'quota_exceeded',
      '90',
    ]);
    const { body } = await twin.control('/requests');
    expect(body.requests.slice(-2).map((one: { counted: boolean }) => one.counted)).toEqual([false, false]);
  });

  it('tamper_signed spoils the signed file of the answer, not the one that is kept', async () => {
    const id = await signedContract();
    const good = await signedFile(id);
    await fault({ kind: 'tamper_signed', request: 'contractDetailRequest', times: 1 });
    expect(await signedFile(id)).not.toBe(good);
    await fault({ kind: 'tamper_signed', how: 'truncate', times: 1 });
    expect((await signedFile(id))?.length).toBeLessThan(good?.length ?? 0);
    await fault({ kind: 'tamper_signed', how: 'unsigned', times: 1 });
    expect(await signedFile(id)).toBe(PDF.toString('base64'));
    expect(await signedFile(id)).toBe(good);
  });

  it('seal_late leaves data.sign out for a while', async () => {
    const id = await signedContract();
    await fault({ kind: 'seal_late', request: 'contractDetailRequest', contractId: id, times: 2 });
    expect([await signedFile(id), await signedFile(id)]).toEqual([undefined, undefined]);
    expect(await signedFile(id)).toBeDefined();
  });

  it('strike by chance, the same way for the same seed, and skip as many as told', async () => {
    const run = async () => {
      await fault({ kind: 'status', request: 'checkConnexionRequest', probability: 0.5, seed: 7 });
      const seen: number[] = [];
      for (let n = 0; n < 40; n += 1) seen.push((await twin.call('checkConnexionRequest')).status);
      await twin.control('/faults', undefined, 'DELETE');
      return seen;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
    await fault({ kind: 'status', request: '*', skip: 1, times: 1 });
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await twin.call('checkConnexionRequest')).status);
    expect(statuses).toEqual([200, 503, 200]);
  });

  it('are refused when they make no sense', async () => {
    expect((await twin.control('/faults', { kind: 'fire' })).status).toBe(400);
    expect((await twin.control('/faults', { kind: 'delay', request: 'nothing' })).status).toBe(400);
  });
});

describe('the request log', () => {
  it('tells each request, how it was answered and what struck it', async () => {
    const { id, people } = await create(twin);
    await fault({ kind: 'lose_reply', request: 'signatorySignRequest', times: 1 });
    const body = { contractId: id, signatoryId: people[0], code: '1111' };
    await expect(twin.call('signatorySignRequest', body)).rejects.toThrow('fetch failed');
    const { body: log } = await twin.control(`/requests?contractId=${id}`);
    expect(log.requests).toMatchObject([
      { request: 'contractCreateRequest', status: 200, counted: true, faults: [] },
      {
        request: 'signatorySignRequest',
        signatoryId: people[0],
        status: 422,
        code: 'wrong_code',
        faults: ['lose_reply'],
      },
    ]);
    const { body: one } = await twin.control(`/contracts/${id}`);
    expect(one.requests).toEqual({ contractCreateRequest: 1, signatorySignRequest: 1 });
    const { body: summary } = await twin.control(`/requests/summary?contractId=${id}`);
    expect(summary).toMatchObject({ count: 2, byCode: { wrong_code: 1 } });
  });
});
