import { getSealed, signedContext } from '../../adapters/archive/sealed-document.js';
import { signedDocumentKey } from '../../adapters/archive/archive.js';
import { contractKey } from '../../store/personal.js';
import { PDF } from '../support/api.js';
import { startProvingStack, type ProvingStack, type SignedContract } from '../support/proving-stack.js';
import { runRetrieval } from '../support/run-retrieval.js';

/** `RETRIEVAL_KILLS=100 npx jest test/integration/retrieval-kills` for the whole figure. */
const KILLS = Number(process.env['RETRIEVAL_KILLS'] ?? 3);
const KILLS_PER_CONTRACT = 8;
const document = { name: 'contrat.pdf', content: PDF.toString('base64') };

let stack: ProvingStack;
beforeAll(async () => {
  stack = await startProvingStack({ withTsa: false });
});
afterAll(async () => stack.close());

async function killWithin(contract: SignedContract, ms: number): Promise<boolean> {
  const run = runRetrieval(stack.orderFor(contract));
  await run.begun;
  const timer = setTimeout(run.kill, Math.random() * ms);
  const killed = (await run.result) === null;
  clearTimeout(timer);
  return killed;
}

async function checkArchive({ contractId }: SignedContract): Promise<void> {
  const { archive, db, vault } = stack.api;
  const dataKey = await contractKey(db, vault, contractId);
  const reports = await db
    .selectFrom('personal.verification_report')
    .select(['document_id', 'sha256', 'verification', 'kept'])
    .where('contract_id', '=', contractId)
    .execute();
  expect(reports.map(({ verification, kept }) => `${verification} ${kept}`)).toEqual([
    'passed archived',
    'passed archived',
  ]);
  const keys = reports.map((one) => signedDocumentKey(contractId, one.document_id, one.sha256));
  expect(await archive.list(`signed/${contractId}/`)).toEqual(keys.toSorted());
  for (const [index, { document_id: id, sha256 }] of reports.entries())
    await getSealed(archive, dataKey, { key: keys[index]!, context: signedContext(id), sha256 });
  const entries = await db
    .selectFrom('paraphe.journal')
    .select('object')
    .where('action', '=', 'retrieve')
    .where('object', 'like', `${contractId}/%`)
    .execute();
  expect(entries).toHaveLength(2);
}

test(`killed ${KILLS} times during retrieval, each document is archived once and its digest is right`, async () => {
  const warm = await stack.signedContract({ documents: [document, document] });
  const began = Date.now();
  const run = runRetrieval(stack.orderFor(warm));
  await run.begun;
  const begun = Date.now();
  expect(await run.result).toMatchObject({ reason: null });
  const duration = Date.now() - begun;
  let [kills, span] = [0, duration];
  while (kills < KILLS) {
    const contract = await stack.signedContract({ documents: [document, document] });
    for (let n = 0; n < KILLS_PER_CONTRACT && kills < KILLS; n++)
      // A machine that has become faster is aimed at sooner.
      if (await killWithin(contract, span)) kills += 1;
      else span *= 0.7;
    expect(await runRetrieval(stack.orderFor(contract)).result).toMatchObject({ reason: null });
    await checkArchive(contract);
    process.stdout.write(`${kills} kills so far\n`);
  }
  process.stdout.write(`${kills} kills within ${duration} ms of retrieval (start ${begun - began} ms)\n`);
}, 7_200_000);
