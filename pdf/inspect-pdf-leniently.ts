import { Worker } from 'node:worker_threads';

import { looksLikePdf, type PdfFacts } from './inspect-pdf.js';
import { PdfError } from './pdf-error.js';

const TIME_LIMIT_MS = 10_000;
const HEAP_LIMIT_MB = 128;

/** PDFium opens what Chrome opens; in a thread of its own, since hostile bytes can keep it busy for ever. */
const SOURCE = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { PDFiumLibrary } = require(workerData.library);
  (async () => {
    const library = await PDFiumLibrary.init();
    const document = await library.loadDocument(workerData.bytes);
    parentPort.postMessage({ pages: document.getPageCount() });
  })().catch((error) => parentPort.postMessage({ problem: String(error && error.message) }));
`;

/**
 * How many pages a viewer finds in a PDF that inspectPdf calls damaged. Takes some 100 ms.
 * Throws PdfError `not_a_pdf`, `encrypted` or `damaged` (also when it takes too long).
 */
export async function inspectPdfLeniently(bytes: Uint8Array): Promise<PdfFacts> {
  if (!looksLikePdf(bytes)) throw new PdfError('not_a_pdf', 'this is no PDF');
  const answer = await askPdfium(bytes);
  if (answer.pages) return { pages: answer.pages };
  if (/password|security/i.test(answer.problem ?? ''))
    throw new PdfError('encrypted', 'the file is encrypted');
  throw new PdfError('damaged', answer.problem ?? 'the document has no page');
}

interface Answer {
  readonly pages?: number;
  readonly problem?: string;
}

async function askPdfium(bytes: Uint8Array): Promise<Answer> {
  const worker = new Worker(SOURCE, {
    eval: true,
    workerData: { bytes, library: require.resolve('@hyzyla/pdfium') },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
    stdout: true,
    stderr: true,
  });
  const answer = new Promise<Answer>((resolve) => {
    const timer = setTimeout(() => resolve({ problem: 'reading it takes too long' }), TIME_LIMIT_MS);
    worker.once('message', resolve);
    worker.once('error', (error) => resolve({ problem: error.message }));
    worker.once('exit', () => {
      clearTimeout(timer);
      resolve({ problem: 'the reader stopped' });
    });
  });
  try {
    return await answer;
  } finally {
    await worker.terminate();
  }
}
