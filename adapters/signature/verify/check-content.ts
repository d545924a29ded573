import type { PdfFile } from '../../../pdf/index.js';
import type { Reason } from './reason.js';

export interface ContentExpectations {
  /** The deposited PDF: its pages must be the first pages, unchanged but for allowed stamps. */
  readonly original?: Uint8Array;
  /** Full names that must be named in the document. */
  readonly signatories?: readonly string[];
  /** Other texts that must stand in the document: the contract's label, its id. */
  readonly texts?: readonly string[];
  /** Where names and texts must stand: anywhere, or on the pages that the platform appended. */
  readonly namedOn?: 'document' | 'details';
  /** Texts that the platform may stamp on a deposited page. */
  readonly allowStamps?: readonly string[];
}

export async function checkContent(_file: PdfFile, _expected: ContentExpectations): Promise<Reason[]> {
  return [];
}
