export { unlistedAt } from './find-unlisted.js';
export { inspectPdf } from './inspect-pdf.js';
export { inspectPdfLeniently } from './inspect-pdf-leniently.js';
export { listPages, type PdfPage } from './list-pages.js';
export { openPdf, type PdfFile, type PdfRevision } from './open-pdf.js';
export { PdfError, type PdfErrorCode } from './pdf-error.js';
export { PdfSnapshot } from './snapshot.js';
export * from './pdf-value.js';
