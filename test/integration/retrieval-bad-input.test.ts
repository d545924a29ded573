import { readReports } from '../../store/verification-reports.js';
import {
  startProvingStack,
  type Alter,
  type Detail,
  type ProvingStack,
  type SignedContract,
} from '../support/proving-stack.js';

let stack: ProvingStack;
let contract: SignedContract;
let other: Detail;

beforeAll(async () => {
  stack = await startProvingStack({ withTsa: false });
  const another = await stack.signedContract();
  contract = await stack.signedContract();
  stack.alter((body) => (other = body));
  await stack.retrieve(another);
  stack.alter((body) => body);
}, 180_000);
afterAll(async () => stack.close());

const sealed =
  (change: (text: string) => string): Alter =>
  (body) => {
    const [main] = body.mainDocument;
    main!['data.sign'] = change(main!['data.sign']!);
    return body;
  };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

test.each<[string, Alter, string]>([
  ['base64 that breaks off', sealed((text) => text.slice(0, -2)), 'bad_base64'],
  ['text that is no base64', sealed(() => '<html>not here</html>'.repeat(400)), 'bad_base64'],
  ['a file that breaks off', sealed((text) => text.slice(0, Math.floor(text.length / 8) * 4)), 'truncated'],
  [
    'an HTML error page in the place of the file',
    sealed(() => base64('<html><body>502</body></html>')),
    'not-a-pdf',
  ],
  ['an empty file', sealed(() => ''), 'not-a-pdf'],
  ['the deposited file, unsigned', (body) => sealed(() => body.mainDocument[0]!.data)(body), 'no-signature'],
  ['the signed file of another contract', sealed(() => other.mainDocument[0]!['data.sign']!), 'text-missing'],
  [
    'a document too many',
    (body) => ({ ...body, mainDocument: [...body.mainDocument, ...body.mainDocument] }),
    'document_count',
  ],
  ['no document at all', (body) => ({ ...body, mainDocument: [] }), 'document_count'],
  [
    'a signatory who has not signed',
    (body) => ({ ...body, signatories: body.signatories.map((one) => ({ ...one, status: 'pending' })) }),
    'signatory_pending',
  ],
  ['200 MB', sealed(() => 'QUJD'.repeat((200 * 1024 * 1024) / 3)), 'too_large'],
])(
  '%s fails with a reason of its own',
  async (_name, alter, reason) => {
    stack.alter(alter);
    const found = await stack.retrieve(contract);
    expect(found.reason).toBe(reason);
    expect(found.documents!.map((document) => document.verification)).toContain('failed');
  },
  180_000,
);

test.each<[string, Alter]>([
  ['an HTML page instead of the answer', () => '<html><body>maintenance</body></html>'],
  ['an answer that breaks off', (body) => JSON.stringify(body).slice(0, -40)],
  ['an answer of another kind', () => ({ ok: true })],
  ['an answer about another contract', (body) => ({ ...body, contractId: 'another', status: 'cancelled' })],
  ['a change at a time that is none', (body) => ({ ...body, updatedAt: 'yesterday' })],
  [
    'a signature at a time that is none',
    (body) => ({ ...body, signatories: body.signatories.map((one) => ({ ...one, signedAt: '' })) }),
  ],
])('%s is unreadable: no verdict, and tried again', async (_name, alter) => {
  stack.alter(alter);
  const found = await stack.retrieve(contract);
  expect(found).toEqual({ sighting: null, documents: null, reason: 'unreadable_answer', unreadable: true });
});

test.each<[string, Alter]>([
  ['signed too early, while the contract is open', (body) => ({ ...body, status: 'submitted' })],
  [
    'not sealed yet',
    (body) => ({ ...body, mainDocument: body.mainDocument.map(({ name, data }) => ({ name, data })) }),
  ],
])('a document %s is waited for', async (_name, alter) => {
  stack.alter(alter);
  expect(await stack.retrieve(contract)).toMatchObject({ documents: null, reason: null });
});

test.each([
  ['that lacks the signatures', 'drop', 'indeterminate', 'trail-incomplete'],
  ['with a time that is none', 'garble', 'indeterminate', 'trail-unreadable'],
  ['that says it was cancelled', 'cancel', 'failed', 'trail-ended'],
  ['signed before it was created', 'early', 'failed', 'trail-signing-time'],
  ['signed after the seal', 'late', 'failed', 'trail-signing-time'],
  ['signed by somebody else', 'stranger', 'failed', 'trail-other-signatory'],
])('an audit trail %s has a verdict and a reason of its own', async (_name, how, verdict, reason) => {
  stack.alter((body) => body);
  await stack.twin.control('/faults', { kind: 'tamper_log', request: 'contractDetailRequest', how });
  const { documents } = await stack.retrieve(contract);
  await stack.twin.control('/faults', undefined, 'DELETE');
  expect(documents!.map((document) => document.verification)).toEqual([verdict]);
  const [report] = await readReports(stack.api.db, stack.api.vault, contract.contractId);
  const { found } = report!.report as { found: { reasons: { code: string }[] } };
  expect(found.reasons.map(({ code }) => code)).toContain(reason);
});

test('bytes that failed lie apart, never among those that clients are given', async () => {
  const { archive } = stack.api;
  // What could not be decided is kept where it will be served from once it is.
  const undecided = await archive.list(`signed/${contract.contractId}/`);
  expect(undecided.length).toBeLessThanOrEqual(1);
  expect((await archive.list(`apart/${contract.contractId}/`)).length).toBeGreaterThan(3);
});

test('after all that the right answer still completes the contract', async () => {
  stack.alter((body) => body);
  expect((await stack.complete(contract)).status).toBe('completed');
});
