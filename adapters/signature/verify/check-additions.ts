import {
  isArray,
  isDict,
  listPages,
  nameOf,
  openPdf,
  type PdfPage,
  PdfError,
  type PdfSnapshot,
  type PdfValue,
} from '../../../pdf/index.js';
import { findActs } from './find-acts.js';
import type { Reason } from './reason.js';

/** Refuses what acts or hides in the signed document and was not in the deposited one. */
export function checkAdditions(original: Uint8Array, signed: PdfSnapshot): Reason[] {
  const before = openLeniently(original);
  // A deposited file that only repairing readers open has no structure to compare with.
  if (!before) return [];
  const [old, now] = [findActs(before), findActs(signed)];
  const active = more(old.active, now.active).map((kind): Reason => {
    const detail = `The signed document acts by itself (${kind}); the deposited one did not.`;
    return { code: 'active-content', detail };
  });
  const carried = more(old.carried, now.carried).map((kind): Reason => {
    const detail = `The signed document carries something (${kind}) that the deposited one did not.`;
    return { code: 'hidden-content', detail };
  });
  const layers = hasLayers(signed) && !hasLayers(before) ? [LAYERS] : [];
  return [...active, ...carried, ...layers, ...checkPages(before, signed)];
}

const LAYERS: Reason = {
  code: 'hidden-content',
  detail: 'The signed document has layers that can be hidden; the deposited one had none.',
};

const more = (old: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): string[] =>
  [...now].filter(([kind, count]) => count > (old.get(kind) ?? 0)).map(([kind]) => kind);

function openLeniently(bytes: Uint8Array): PdfSnapshot | undefined {
  try {
    return openPdf(bytes).latest;
  } catch (error) {
    if (error instanceof PdfError) return undefined;
    throw error;
  }
}

function hasLayers(snapshot: PdfSnapshot): boolean {
  const root = snapshot.resolve(snapshot.trailer.entries.get('Root'));
  return isDict(root) && snapshot.resolve(root.entries.get('OCProperties')) !== null;
}

function checkPages(original: PdfSnapshot, signed: PdfSnapshot): Reason[] {
  const [before, after] = [listPages(original), listPages(signed)];
  return before.flatMap((old, i): Reason[] => {
    const now = after[i];
    if (now === undefined) return [];
    const page = i + 1;
    const unit = (snapshot: PdfSnapshot, { dict }: PdfPage): PdfValue =>
      snapshot.resolve(dict.entries.get('UserUnit')) ?? 1;
    if (unit(original, old) !== unit(signed, now))
      return [{ code: 'page-size', detail: `Page ${page} has another unit of size.`, page }];
    const added =
      count(signed, now.dict.entries.get('Annots')) - count(original, old.dict.entries.get('Annots'));
    const detail = `Page ${page} has annotations that the deposited one did not have.`;
    return added > 0 ? [{ code: 'hidden-content', detail, page }] : [];
  });
}

/** How many annotations a page has, signature fields left out: those are judged as signatures. */
function count(snapshot: PdfSnapshot, value: PdfValue | undefined): number {
  const list = snapshot.resolve(value);
  if (!isArray(list)) return 0;
  return list.filter((item) => {
    const dict = snapshot.resolve(item);
    return isDict(dict) && nameOf(snapshot.resolve(dict.entries.get('FT'))) !== 'Sig';
  }).length;
}
