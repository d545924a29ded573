import { appendFile, cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrustedSealer } from '../../local/twin/sealer.js';
import { waitFor } from '../support/wait.js';
import { create, plainSealer, removeHome, startTwin, type TestTwin } from '../support/twin.js';

let twin: TestTwin;
const homes: string[] = [];
const twins: TestTwin[] = [];

beforeEach(async () => {
  twin = await startTwin();
  twins.push(twin);
  homes.push(twin.home);
});
afterEach(async () => {
  for (const one of twins.splice(0)) await one.close();
  for (const home of homes.splice(0)) await removeHome(home);
});

/** What a kill at this instant leaves: the folder as it is, the first twin still running. */
const afterKill = async (
  spoil: (home: string) => Promise<void> = () => Promise.resolve(),
): Promise<TestTwin> => {
  const home = await mkdtemp(join(tmpdir(), 'paraphe-twin-'));
  homes.push(home);
  await cp(twin.home, home, { recursive: true });
  await spoil(home);
  const next = await startTwin({ home });
  twins.push(next);
  return next;
};
const detail = async (of: TestTwin, id: string) =>
  (await of.call('contractDetailRequest', { contractId: id })).body;

describe('a restart', () => {
  it('keeps everything that was acknowledged, to the last member', async () => {
    const { id, people } = await create(twin, { people: 2, deposit: { amount: 100, currency: 'EUR' } });
    const ids = { contractId: id, signatoryId: people[0] };
    await twin.call('signatorySendSmsRequest', ids);
    await twin.control(`/contracts/${id}/signatories/${people[0]}/pay`, {});
    await twin.call('signatorySignRequest', { ...ids, code: '1111' });
    await twin.call('signatorySignRequest', { ...ids, code: '0000' });
    const draft = await create(twin, { submit: false });
    await twin.control(`/contracts/${draft.id}/delete`, {});
    const before = await detail(twin, id);
    const next = await afterKill();
    expect(await detail(next, id)).toEqual(before);
    expect((await next.call('contractDetailRequest', { contractId: draft.id })).status).toBe(404);
    const link = (await next.control(`/contracts/${id}`)).body.signatories[1].signUrl;
    expect((await fetch(link)).status).toBe(200);
  });

  it('keeps the request log, the quota and the clock', async () => {
    await twin.control('/accounts', { user: 'prod', key: 'k', rules: 'production', quota: 3 });
    await twin.control('/time', { advanceMs: 86_400_000 * 30 });
    const check = (of: TestTwin) => of.call('checkConnexionRequest', { apiUser: 'prod', apiKey: 'k' });
    for (let n = 0; n < 3; n += 1) await check(twin);
    const next = await afterKill();
    expect((await check(next)).body.error.code).toBe('quota_exceeded');
    const { body } = await next.control('/requests?apiUser=prod');
    expect(body.requests.map((one: { n: number }) => one.n)).toEqual([1, 2, 3, 4]);
    const now = Date.parse((await next.control('/time')).body.now);
    expect(now - Date.now()).toBeGreaterThan(86_400_000 * 29);
  });

  it('leaves out a line that a kill has cut off, and goes on behind it', async () => {
    const { id } = await create(twin);
    const next = await afterKill((home) =>
      appendFile(join(home, 'journal.jsonl'), '[{"contract":{"id":"ctr_h'),
    );
    expect((await detail(next, id)).status).toBe('submitted');
    const later = await create(next);
    expect((await detail(next, later.id)).status).toBe('submitted');
  });

  it('loses no contract that was acknowledged under load', async () => {
    const acknowledged = [(await create(twin)).id];
    const burst = Array.from({ length: 60 }, async (_none, index) => {
      acknowledged.push((await create(twin, { label: `Rafale ${index}` })).id);
    });
    await waitFor(() => acknowledged.length > 20);
    const known = [...acknowledged];
    const next = await afterKill();
    await Promise.all(burst);
    const { body } = await next.call('contractListRequest');
    const there = new Set(body.contracts.map((one: { contractId: string }) => one.contractId));
    expect(known.filter((id) => !there.has(id))).toEqual([]);
  });
});

describe('sealing', () => {
  const failing = (): Promise<TrustedSealer> =>
    Promise.resolve({
      signerTrustPem: '',
      tsaTrustPem: '',
      seal: () => Promise.reject(new Error('no seal')),
    });

  it('goes on after a restart where it was left, data.sign missing meanwhile', async () => {
    const reports: string[] = [];
    const home = await mkdtemp(join(tmpdir(), 'paraphe-twin-'));
    homes.push(home);
    const first = await startTwin({ home, createSealer: failing, report: (line) => reports.push(line) });
    const { id, people } = await create(first);
    await first.call('signatorySignRequest', { contractId: id, signatoryId: people[0], code: '0000' });
    await waitFor(() => reports.length > 1);
    const seen = await detail(first, id);
    expect(seen.status).toBe('signed');
    expect(seen.mainDocument[0]).not.toHaveProperty(['data.sign']);
    await first.close();
    const second = await startTwin({ home, createSealer: plainSealer });
    twins.push(second);
    await waitFor(async () => (await second.control(`/contracts/${id}`)).body.sealed);
    expect((await detail(second, id)).mainDocument[0]).toHaveProperty(['data.sign']);
  });

  it('is told who signed, what happened and when', async () => {
    const inputs: unknown[] = [];
    const home = await mkdtemp(join(tmpdir(), 'paraphe-twin-'));
    homes.push(home);
    const seen = await startTwin({
      home,
      createSealer: async () => {
        const plain = await plainSealer();
        return {
          ...plain,
          seal: (input) => {
            inputs.push(input);
            return plain.seal(input);
          },
        };
      },
    });
    twins.push(seen);
    const { id, people } = await create(seen, { label: 'Scellé' });
    await seen.call('signatorySignRequest', { contractId: id, signatoryId: people[0], code: '0000' });
    await waitFor(() => inputs.length > 0);
    expect(inputs[0]).toMatchObject({
      name: 'contrat.pdf',
      contract: { id, label: 'Scellé', language: 'fr' },
      signatories: [{ id: people[0], lastName: 'Nom1', signedAt: expect.stringMatching(/Z$/) }],
      watermark: true,
    });
    const { events } = inputs[0] as { events: { event: string }[] };
    expect(events.at(-1)?.event).toBe('completed');
  });
});
