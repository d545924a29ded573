import { PdfError } from './pdf-error.js';
import { isArray, isDict, isRef, nameOf, type PdfDict, type PdfValue } from './pdf-value.js';
import type { PdfSnapshot } from './snapshot.js';

export interface PdfPage {
  readonly num: number;
  readonly dict: PdfDict;
}

const PAGE_LIMIT = 20_000;
const TREE_DEPTH = 40;

/** The pages in reading order. Throws `pages` for a tree that loops, shares a node or miscounts. */
export function listPages(snapshot: PdfSnapshot): PdfPage[] {
  const root = snapshot.resolve(snapshot.trailer.entries.get('Root'));
  if (!isDict(root)) throw new PdfError('pages', 'the catalogue is missing');
  const pages: PdfPage[] = [];
  const seen = new Set<number>();
  visit(root.entries.get('Pages'), 0);
  return pages;

  function visit(ref: PdfValue | undefined, depth: number): void {
    if (!isRef(ref) || seen.has(ref.num) || depth > TREE_DEPTH)
      throw new PdfError('pages', 'the page tree is broken');
    seen.add(ref.num);
    const node = snapshot.resolve(ref);
    if (!isDict(node)) throw new PdfError('pages', 'a page is missing');
    const type = nameOf(snapshot.resolve(node.entries.get('Type')));
    if (type === 'Page') {
      pages.push({ num: ref.num, dict: node });
      if (pages.length > PAGE_LIMIT) throw new PdfError('too_complex', 'there are too many pages');
      return;
    }
    const kids = snapshot.resolve(node.entries.get('Kids'));
    if (type !== 'Pages' || !isArray(kids)) throw new PdfError('pages', 'the page tree is broken');
    const before = pages.length;
    for (const kid of kids) visit(kid, depth + 1);
    if (snapshot.resolve(node.entries.get('Count')) !== pages.length - before) {
      throw new PdfError('pages', 'the page tree counts wrong');
    }
  }
}
