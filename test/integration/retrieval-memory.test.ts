import { randomBytes } from 'node:crypto';
import { buildPdf, onePage } from '../support/build-pdf.js';
import { startProvingStack, type ProvingStack } from '../support/proving-stack.js';
import { runRetrieval } from '../support/run-retrieval.js';

/** `RETRIEVAL_MB=20 npx jest test/integration/retrieval-memory` for the whole figure. */
const MEGABYTES = Number(process.env['RETRIEVAL_MB'] ?? 2);
const DOCUMENTS = 5;
const MOST_MB = 600;

let stack: ProvingStack;
beforeAll(async () => {
  stack = await startProvingStack({ withTsa: false, oneForAll: true });
});
afterAll(async () => stack.close());

/** A page that draws much that does not get smaller: an image of noise. */
function largePdf(): Buffer {
  const side = Math.floor(Math.sqrt((MEGABYTES * 1024 * 1024) / 3));
  const noise = randomBytes(side * side * 3);
  const image = `<</Type/XObject/Subtype/Image/Width ${side}/Height ${side}/ColorSpace/DeviceRGB/BitsPerComponent 8/Length ${noise.length}>>`;
  const draw = 'q 90 0 0 90 5 5 cm /I Do Q';
  return buildPdf({
    ...onePage(),
    3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>',
    4: `<</Length ${draw.length}>>\nstream\n${draw}\nendstream`,
    5: `${image}\nstream\n${noise.toString('latin1')}\nendstream`,
  });
}

test(`five documents of ${MEGABYTES} MB in one contract are retrieved in less than ${MOST_MB} MB`, async () => {
  const documents: { name: string; documentId: string }[] = [];
  const raw = largePdf();
  for (let n = 0; n < DOCUMENTS; n++) {
    const headers = { 'content-type': 'application/pdf' };
    const { status, body } = await stack.api.ask('POST', '/v1/documents', { raw, headers });
    expect(status).toBe(201);
    documents.push({ name: `${n}.pdf`, documentId: body.id as string });
  }
  stack.alter((body) => ({
    ...body,
    mainDocument: Array.from({ length: DOCUMENTS }, () => body.mainDocument[0]),
  }));
  const contract = await stack.signedContract({ documents });
  const began = Date.now();
  const result = await runRetrieval({ ...stack.orderFor(contract), threads: true }).result;
  expect(result).toMatchObject({ reason: null });
  expect(result!.documents).toHaveLength(DOCUMENTS);
  process.stdout.write(`peak ${result!.peakMb} MB, ${Date.now() - began} ms\n`);
  expect(result!.peakMb).toBeLessThan(MOST_MB);
}, 900_000);
