import { createHash } from 'node:crypto';
import { signedDocumentKey } from '../../adapters/archive/archive.js';
import { createSweepActivities } from '../../activities/sweep-archive.js';
import { createLogger } from '../../runtime/logger.js';
import { contractKey, Erased } from '../../store/personal.js';
import { readReports } from '../../store/verification-reports.js';
import { PDF } from '../support/api.js';
import { startProvingStack, type ProvingStack, type SignedContract } from '../support/proving-stack.js';

let stack: ProvingStack;
let contract: SignedContract;

beforeAll(async () => {
  stack = await startProvingStack({ withTsa: false });
  contract = await stack.signedContract();
  await stack.complete(contract);
});
afterAll(async () => stack.close());

const get = (part: string) => stack.api.ask('GET', `/v1/contracts/${contract.contractId}${part}`);

async function signedFile(): Promise<{ key: string; documentId: string; sha256: string }> {
  const [document] = (await stack.state(contract.contractId)).documents;
  const { id, signed } = document!;
  return {
    key: signedDocumentKey(contract.contractId, id, signed!.sha256),
    documentId: id,
    sha256: signed!.sha256,
  };
}

test('the report of each document is kept, sealed, with what was asked and what was found', async () => {
  const { db, vault } = stack.api;
  const [report] = await readReports(db, vault, contract.contractId);
  const { documentId, sha256 } = await signedFile();
  expect(report).toMatchObject({ documentId, sha256, verification: 'passed', kept: 'archived' });
  expect(report!.report).toMatchObject({
    asked: { platformId: contract.platformId },
    found: { verdict: 'TOTAL-PASSED', level: 'B-T', reasons: [] },
  });
});

test('retrieved again, a document is archived once and the journal says so once', async () => {
  const before = await stack.api.archive.list(`signed/${contract.contractId}/`);
  await stack.retrieve(contract);
  expect(await stack.api.archive.list(`signed/${contract.contractId}/`)).toEqual(before);
  const { documentId } = await signedFile();
  const entries = await stack.api.db
    .selectFrom('paraphe.journal')
    .select('action')
    .where('object', '=', `${contract.contractId}/${documentId}`)
    .execute();
  expect(entries).toEqual([{ action: 'retrieve' }]);
});

test('the sweep finds what is missing or damaged, clients are told, and a repair is noticed', async () => {
  const { archive, db } = stack.api;
  const { key, documentId, sha256 } = await signedFile();
  const faults = () => db.selectFrom('paraphe.archive_fault').select(['key', 'kind']).execute();
  expect(await stack.acts.sweepArchive()).toEqual({ checked: 1, missing: [], damaged: [] });
  const whole = await archive.get(key);
  const damaged = Buffer.from(whole);
  damaged[100] = damaged[100]! ^ 1;

  await archive.remove(key);
  expect(await stack.acts.sweepArchive()).toEqual({ checked: 1, missing: [documentId], damaged: [] });
  expect(await faults()).toEqual([{ key, kind: 'missing' }]);
  await archive.put(key, damaged);
  expect(await stack.acts.sweepArchive()).toEqual({ checked: 1, missing: [], damaged: [documentId] });
  expect(await faults()).toEqual([{ key, kind: 'damaged' }]);
  const refused = await get(`/documents/${documentId}/signed`);
  expect([refused.status, refused.body.code]).toEqual([503, 'document_unreadable']);

  await archive.remove(key);
  await archive.put(key, whole);
  expect(await stack.acts.sweepArchive()).toEqual({ checked: 1, missing: [], damaged: [] });
  expect(await faults()).toEqual([]);
  const given = await get(`/documents/${documentId}/signed`);
  expect(createHash('sha256').update(given.bytes).digest('hex')).toBe(sha256);
});

test('a file that cannot be read holds up no other: it is a fault, looked at again within the hour', async () => {
  const { archive, db, vault, clock } = stack.api;
  const other = await stack.signedContract();
  await stack.complete(other);
  const { key, documentId } = await signedFile();
  const faults = () => db.selectFrom('paraphe.archive_fault').select(['key', 'kind']).execute();
  let isBroken: (key: string) => boolean = (asked) => asked === key;
  const get = (asked: string) =>
    isBroken(asked) ? Promise.reject(new Error('EIO: i/o error, read')) : archive.get(asked);
  const logger = createLogger('test', 'silent');
  const { sweepArchive } = createSweepActivities({ db, vault, clock, logger, archive: { get } });
  await db.updateTable('personal.verification_report').set({ checked_at: null }).execute();
  expect(await sweepArchive()).toEqual({ checked: 2, missing: [], damaged: [documentId] });
  expect(await faults()).toEqual([{ key, kind: 'damaged' }]);
  expect((await sweepArchive()).checked).toBe(0);

  isBroken = () => true;
  clock.set(new Date(Date.now() + 8 * 86_400_000));
  await expect(sweepArchive()).rejects.toThrow('EIO');
  isBroken = () => false;
  expect(await sweepArchive()).toEqual({ checked: 2, missing: [], damaged: [] });
  expect(await faults()).toEqual([]);
  clock.set(new Date());
});

test('evidence that cannot be made holds up none of the others', async () => {
  const { db } = stack.api;
  const [broken, whole] = [await stack.signedContract(), await stack.signedContract()];
  for (const one of [broken, whole]) await stack.complete(one);
  const ids = [broken.contractId, whole.contractId];
  await db.deleteFrom('paraphe.evidence').where('contract_id', 'in', ids).execute();
  const log = db.updateTable('personal.platform_log').where('contract_id', '=', broken.contractId);
  await log.set({ sealed: Buffer.from('damaged') }).execute();
  await expect(stack.acts.completeEvidence()).rejects.toThrow();
  const made = await db
    .selectFrom('paraphe.evidence')
    .select('contract_id')
    .where('contract_id', 'in', ids)
    .execute();
  expect(made).toEqual([{ contract_id: whole.contractId }]);
  await db.deleteFrom('personal.platform_log').where('contract_id', '=', broken.contractId).execute();
  expect(await stack.acts.completeEvidence()).toBe(1);
});

test('without an authority the evidence says that its time is our own word', async () => {
  const { bytes, status } = await get('/evidence');
  expect(status).toBe(200);
  expect(bytes.toString('latin1')).toContain('"timestampAuthority":null');
});

test('a contract is purged neither before its time nor before it is over', async () => {
  expect(await stack.acts.startPurges()).toBe(0);
  const open = await stack.signedContract();
  const answer = await stack.api.ask('POST', `/v1/contracts/${open.contractId}/received`, { body: {} });
  expect([answer.status, answer.body.code]).toEqual([409, 'not_signed_yet']);
  expect(await stack.acts.purgeContract(open.contractId)).toBeNull();
});

test('once the client has its copy everything goes but the proof, and a receipt tells so', async () => {
  const { db, vault, archive } = stack.api;
  const { contractId } = contract;
  const { documentId, sha256 } = await signedFile();
  const said = await stack.api.ask('POST', `/v1/contracts/${contractId}/received`, { body: {} });
  expect([said.status, said.body.purgedAt, said.body.receipt]).toEqual([200, null, null]);
  expect(said.body.receivedAt).toMatch(/^20/);
  expect(await stack.acts.startPurges()).toBe(1);
  expect(stack.purges).toEqual([contractId]);

  const receipt = await stack.acts.purgeContract(contractId);
  expect(receipt).toMatchObject({
    contractId,
    reason: 'received',
    status: 'completed',
    documents: [{ id: documentId, signed: { sha256, verification: 'passed' } }],
    removed: { archived: 2, documents: 1, reports: 1, logs: 1 },
  });
  // Killed before it was told: the same receipt, and nothing happens twice.
  expect(await stack.acts.purgeContract(contractId)).toEqual(receipt);
  for (const place of ['signed', 'evidence', 'apart'])
    expect(await archive.list(`${place}/${contractId}/`)).toEqual([]);
  await expect(contractKey(db, vault, contractId)).rejects.toThrow(Erased);
  const again = await stack.api.ask('POST', `/v1/contracts/${contractId}/received`, { body: {} });
  expect(again.body.receipt).toEqual(receipt);

  for (const part of [`/documents/${documentId}`, `/documents/${documentId}/signed`, '/evidence', '/log']) {
    const { status, body } = await get(part);
    expect([part, status, body.code]).toEqual([part, 410, 'purged']);
  }
  const shown = await get('');
  expect(shown.body).toMatchObject({ status: 'completed', label: null, metadata: {} });
  expect(shown.body.documents[0].signed.sha256).toBe(sha256);
  const kept = await db
    .selectFrom('paraphe.evidence')
    .select('manifest')
    .where('contract_id', '=', contractId)
    .execute();
  expect(kept[0]!.manifest).toContain(sha256);
  const purges = await db
    .selectFrom('paraphe.journal')
    .select('detail')
    .where('action', '=', 'purge')
    .execute();
  expect(purges).toMatchObject([{ detail: { reason: 'received' } }]);
});

test('the time that a client settled counts; without one it is 90 days', async () => {
  const { api, acts } = stack;
  const next = await stack.signedContract();
  await stack.complete(next);
  const purgedAfter = async (days: number): Promise<number> => {
    api.clock.set(new Date(Date.now() + days * 86_400_000));
    stack.purges.length = 0;
    await acts.startPurges();
    return stack.purges.filter((id) => id === next.contractId).length;
  };
  expect(await purgedAfter(89)).toBe(0);
  expect(await purgedAfter(91)).toBe(1);
  const { client_id } = await api.db
    .selectFrom('paraphe.contract')
    .select('client_id')
    .where('id', '=', next.contractId)
    .executeTakeFirstOrThrow();
  const settled = await api.ask('PATCH', `/v1/admin/clients/${client_id}`, {
    key: api.adminKey,
    body: { settings: { retentionDays: 10 } },
  });
  expect(settled.status).toBe(200);
  expect(await purgedAfter(9)).toBe(0);
  expect(await purgedAfter(11)).toBe(1);
});

test('a cancelled contract is purged as well when its time has passed', async () => {
  const { api, acts, record, state } = stack;
  const other = await api.ask('POST', '/v1/contracts', {
    body: {
      label: 'x',
      deadline: '2030-01-01',
      documents: [{ name: 'a.pdf', content: PDF.toString('base64') }],
      signatories: [{ firstName: 'A', lastName: 'B', email: 'a@example.org', mobile: '+33612345678' }],
    },
    headers: { 'idempotency-key': 'cancelled' },
  });
  const id = other.body.id as string;
  await record(await state(id), {
    type: 'cancelled',
    reason: 'client_request',
    at: api.clock.now().toISOString(),
    by: 'client',
  });
  stack.purges.length = 0;
  api.clock.set(new Date(Date.now() + 40 * 86_400_000));
  await acts.startPurges();
  expect(stack.purges).toContain(id);
  expect(await acts.purgeContract(id)).toMatchObject({
    reason: 'retention',
    status: 'cancelled',
    manifestSha256: null,
  });
});
