/** What can be wrong with a PDF's structure; stable, callers branch on it. */
export type PdfErrorCode =
  | 'not_a_pdf'
  | 'encrypted'
  | 'damaged'
  | 'truncated'
  | 'trailing_data'
  | 'xref'
  | 'syntax'
  | 'object'
  | 'pages'
  | 'too_complex';

/** Thrown by everything in pdf/; `at` is a byte offset where one is known. */
export class PdfError extends Error {
  override readonly name = 'PdfError';

  constructor(
    readonly code: PdfErrorCode,
    message: string,
    readonly at?: number,
  ) {
    super(at === undefined ? message : `${message} (at byte ${at})`);
  }
}
