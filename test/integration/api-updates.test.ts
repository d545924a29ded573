import { createHash, randomUUID } from 'node:crypto';
import { signedDocumentKey } from '../../adapters/archive/archive.js';
import { NoAnswer, NotRunning } from '../../api/contract-updates.js';
import type { ContractState } from '../../domain/contract/state.js';
import { Problem } from '../../domain/problem.js';
import { seal } from '../../runtime/vault.js';
import { contractKey } from '../../store/personal.js';
import { postTrigger, startTestApi, type Reply, type TestApi } from '../support/api.js';
import { waitFor } from '../support/wait.js';

interface Asked {
  contractId: string;
  name: string;
  argument: Record<string, unknown>;
  updateId: string;
}

let api: TestApi;
/** What the workflow was asked, and what it says. */
let asked: Asked[];
let says: (ask: Asked) => Promise<unknown>;
let contract: { id: string; signatories: { id: string }[] };

beforeAll(async () => {
  api = await startTestApi({
    updates: {
      execute: (contractId, name, argument, updateId) => {
        const ask = { contractId, name, argument: argument as Record<string, unknown>, updateId };
        asked.push(ask);
        return says(ask);
      },
    },
  });
});
afterAll(() => api.close());
beforeEach(async () => {
  asked = [];
  says = () => Promise.reject(new Error('nothing was to be asked'));
  contract = (await postTrigger(api)).body as typeof contract;
});

const sign = (headers = {}, code = '0000'): Promise<Reply> =>
  api.ask('POST', `/v1/contracts/${contract.id}/signatories/${contract.signatories[0]!.id}/signature`, {
    body: { code },
    headers,
  });

const setState = async (change: Partial<ContractState>): Promise<void> => {
  const row = await api.db
    .selectFrom('paraphe.contract')
    .select('state')
    .where('id', '=', contract.id)
    .executeTakeFirstOrThrow();
  const state = { ...row.state, ...change };
  await api.db
    .updateTable('paraphe.contract')
    .set({ state: JSON.stringify(state), status: state.status })
    .where('id', '=', contract.id)
    .execute();
};

test('A code travels sealed, and is opened with the contract and the signatory only', async () => {
  says = async () => ({ id: contract.signatories[0]!.id, status: 'signed', contractStatus: 'signed' });
  const answer = await sign({}, '4711');
  expect([answer.status, answer.body.contractStatus]).toEqual([200, 'signed']);
  const { sealedCode, signatoryId } = asked[0]!.argument as { sealedCode: string; signatoryId: string };
  expect(JSON.stringify(asked)).not.toContain('4711');
  const context = `${contract.id}:${signatoryId}`;
  expect(api.vault.openFor('signing codes', Buffer.from(sealedCode, 'base64'), context).toString()).toBe(
    '4711',
  );
});

test('A wrong code is kept: the same key gets the very same answer, and the workflow is asked once', async () => {
  says = () => Promise.reject(new Problem('wrong_code', { extra: { attemptsLeft: 4 } }));
  const headers = { 'idempotency-key': randomUUID() };
  const first = await sign(headers);
  const again = await sign(headers);
  expect([first.status, first.body.code, first.body.attemptsLeft]).toEqual([422, 'wrong_code', 4]);
  expect(again.bytes.equals(first.bytes)).toBe(true);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(again.headers.get('content-type')).toBe('application/problem+json');
  expect(asked).toHaveLength(1);
  expect((await sign(headers, '1111')).body.code).toBe('idempotency_key_reused');
});

test('A 429 is not kept: the same key is a new attempt, with any body', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  says = () => Promise.reject(new Problem('quota_exhausted', { retryAfterSeconds: 7 }));
  const refused = await sign(headers);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
  says = async () => ({ id: contract.signatories[0]!.id, status: 'signed', contractStatus: 'open' });
  expect((await sign(headers, '2222')).status).toBe(200);
  expect(asked[1]!.updateId).not.toBe(asked[0]!.updateId);
});

test('Without an answer from Temporal, and after a crash, a repeat asks for the outcome of the same update', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  says = () => Promise.reject(new NoAnswer('service_unavailable', { retryAfterSeconds: 5 }));
  expect((await sign(headers)).status).toBe(503);
  expect((await sign(headers, '9999')).body.code).toBe('idempotency_key_reused');
  says = () => Promise.reject(new Error('the process was killed about here'));
  expect((await sign(headers)).status).toBe(500);
  says = async () => ({ id: contract.signatories[0]!.id, status: 'signed', contractStatus: 'open' });
  expect((await sign(headers)).status).toBe(200);
  expect(new Set(asked.map(({ updateId }) => updateId)).size).toBe(1);
});

test('A key that was used more than a week ago is a new wish, not the outcome of the old one', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  says = async () => ({ id: contract.signatories[0]!.id, status: 'signed', contractStatus: 'open' });
  await sign(headers);
  api.clock.set(new Date(Date.now() + 8 * 86_400_000));
  const later = await sign(headers);
  api.clock.set(new Date());
  expect([later.status, later.headers.get('idempotent-replayed')]).toEqual([200, null]);
  expect(asked[1]!.updateId).not.toBe(asked[0]!.updateId);
});

test('While it is under way a repeat is told so', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  let finish: (value: unknown) => void = () => undefined;
  says = () => new Promise((resolve) => (finish = resolve));
  const first = sign(headers);
  await waitFor(() => asked.length === 1);
  const second = await sign(headers);
  expect([second.status, second.body.code]).toEqual([409, 'idempotency_in_progress']);
  finish({ id: contract.signatories[0]!.id, status: 'signed', contractStatus: 'open' });
  expect((await first).status).toBe(200);
});

test('A contract whose workflow was never started is started first', async () => {
  says = () =>
    asked.length === 1
      ? Promise.reject(new NotRunning())
      : Promise.resolve({ status: 'cancelled', settled: true });
  const started = api.started.length;
  const answer = await api.ask('POST', `/v1/contracts/${contract.id}/cancel`, { body: { reason: 'Erreur' } });
  expect(answer.status).toBe(200);
  expect(api.started).toHaveLength(started + 1);
  const row = await api.db
    .selectFrom('paraphe.contract')
    .select('asked_reason')
    .where('id', '=', contract.id)
    .executeTakeFirstOrThrow();
  expect(row.asked_reason).toBe('Erreur');
  expect(JSON.stringify(asked)).not.toContain('Erreur');
});

test('A cancel that is not settled yet is answered 202', async () => {
  says = async () => ({ status: 'accepted', settled: false });
  const answer = await api.ask('POST', `/v1/contracts/${contract.id}/cancel`);
  expect([answer.status, answer.body.id]).toEqual([202, contract.id]);
});

test('A contract that is over answers from what is known, without asking Temporal to cancel', async () => {
  const cancel = () => api.ask('POST', `/v1/contracts/${contract.id}/cancel`);
  await setState({ status: 'cancelled' });
  expect([(await cancel()).status, asked.length]).toEqual([200, 0]);
  await setState({ status: 'completed' });
  expect((await cancel()).body.code).toBe('not_cancellable');
  says = () => Promise.reject(new NotRunning());
  expect((await sign()).body.code).toBe('not_open');
  expect((await api.ask('POST', `/v1/contracts/${contract.id}/sms`)).body.code).toBe('not_open');
});

test('SMS answers the counts; an unknown signatory is not found', async () => {
  const sid = contract.signatories[0]!.id;
  says = async () => ({ signatories: [{ id: sid, smsSent: 2, smsLeft: 4 }] });
  const one = await api.ask('POST', `/v1/contracts/${contract.id}/signatories/${sid}/sms`);
  const all = await api.ask('POST', `/v1/contracts/${contract.id}/sms`);
  expect(one.body).toEqual({ id: sid, smsSent: 2, smsLeft: 4 });
  expect(all.body).toEqual({ signatories: [one.body] });
  expect(asked.map(({ argument }) => argument)).toEqual([{ signatoryId: sid }, { signatoryId: null }]);
  const other = await api.ask(
    'POST',
    `/v1/contracts/${contract.id}/signatories/sig_01hzy3v9m8e4s8yq2m0rk7n5tb/sms`,
  );
  expect(other.status).toBe(404);
});

test('An operator’s decision reaches the workflow without its wording, and is journalled', async () => {
  says = async () => ({ status: 'open', settled: false });
  const path = `/v1/admin/contracts/${contract.id}/resolve`;
  const asking = {
    key: api.adminKey,
    body: { action: 'adopt', platformId: 'p-1', reason: 'vu avec le support' },
  };
  expect((await api.ask('POST', path, asking)).status).toBe(200);
  expect(asked[0]).toMatchObject({
    name: 'resolve',
    argument: { resolution: { action: 'adopt', platformId: 'p-1' } },
  });
  expect(JSON.stringify(asked)).not.toContain('support');
  const entry = await api.db
    .selectFrom('paraphe.journal')
    .selectAll()
    .where('action', '=', 'resolve')
    .executeTakeFirstOrThrow();
  expect(entry.detail).toMatchObject({ action: 'adopt', reason: 'vu avec le support' });
  const lacking = await api.ask('POST', path, { key: api.adminKey, body: { action: 'adopt', reason: 'x' } });
  expect([lacking.status, lacking.body.errors[0].pointer]).toEqual([400, '/platformId']);
});

test('A signed document is given once it is verified, from the archive', async () => {
  const row = await api.db
    .selectFrom('paraphe.contract')
    .select('state')
    .where('id', '=', contract.id)
    .executeTakeFirstOrThrow();
  const [document] = row.state.documents;
  const path = `/v1/contracts/${contract.id}/documents/${document!.id}/signed`;
  expect((await api.ask('GET', path)).body.code).toBe('not_signed_yet');
  const sha256 = createHash('sha256').update('PDF').digest('hex');
  const verified = (verification: 'failed' | 'passed') =>
    setState({ documents: [{ ...document!, signed: { size: 3, sha256, verification } }] });
  await verified('failed');
  expect((await api.ask('GET', path)).body.code).toBe('not_verified');
  await verified('passed');
  expect((await api.ask('GET', path)).body.code).toBe('document_unreadable');
  const key = await contractKey(api.db, api.vault, contract.id);
  await api.archive.put(
    signedDocumentKey(contract.id, document!.id, sha256),
    seal(key, Buffer.from('PDF'), `${document!.id}:signed`),
  );
  const file = await api.ask('GET', path);
  expect([file.status, file.bytes.toString()]).toEqual([200, 'PDF']);
});
