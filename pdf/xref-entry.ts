import { PdfError } from './pdf-error.js';

/** Where an object lies: free, at a byte offset, or as the index-th object of an object stream. */
export type XrefEntry =
  | { readonly type: 'free' }
  | { readonly type: 'offset'; readonly offset: number; readonly gen: number }
  | { readonly type: 'packed'; readonly container: number; readonly index: number };

export const FREE: XrefEntry = { type: 'free' };
/** No contract has more objects; a table beyond it is there to exhaust memory. */
const ENTRY_LIMIT = 500_000;

/** Adds an entry, refusing a second one for the same number: readers differ on which counts. */
export function addEntry(entries: Map<number, XrefEntry>, num: number, entry: XrefEntry): void {
  if (entries.size >= ENTRY_LIMIT) throw new PdfError('too_complex', 'there are too many objects');
  if (entries.has(num))
    throw new PdfError('xref', `object ${num} stands twice in one cross-reference section`);
  entries.set(num, entry);
}
