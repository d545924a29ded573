import {
  isArray,
  isDict,
  listPages,
  nameOf,
  openPdf,
  PdfError,
  type PdfSnapshot,
  type PdfValue,
} from '../../../pdf/index.js';
import type { Reason } from './reason.js';

/** Refuses what acts or hides in the signed document and was not in the deposited one. */
export function checkAdditions(original: Uint8Array, signed: PdfSnapshot): Reason[] {
  const before = openLeniently(original);
  // A deposited file that only repairing readers open has no structure to compare with.
  if (!before) return [];
  const [old, now] = [catalogue(before), catalogue(signed)];
  const reasons: Reason[] = [];
  for (const key of now.active.filter((item) => !old.active.includes(item))) {
    reasons.push({
      code: 'active-content',
      detail: `The signed document acts by itself (${key}); the deposited one did not.`,
    });
  }
  if (now.layers && !old.layers) {
    reasons.push({
      code: 'hidden-content',
      detail: 'The signed document has layers that can be hidden; the deposited one had none.',
    });
  }
  return [...reasons, ...checkAnnotations(before, signed)];
}

function openLeniently(bytes: Uint8Array): PdfSnapshot | undefined {
  try {
    return openPdf(bytes).latest;
  } catch (error) {
    if (error instanceof PdfError) return undefined;
    throw error;
  }
}

function catalogue(snapshot: PdfSnapshot): { active: string[]; layers: boolean } {
  const root = snapshot.resolve(snapshot.trailer.entries.get('Root'));
  if (!isDict(root)) return { active: [], layers: false };
  const names = snapshot.resolve(root.entries.get('Names'));
  const active = ['OpenAction', 'AA'].filter((key) => isAction(snapshot, root.entries.get(key)));
  if (isDict(names) && names.entries.has('JavaScript')) active.push('JavaScript');
  return { active, layers: snapshot.resolve(root.entries.get('OCProperties')) !== null };
}

/** An OpenAction that is an array only says which page to show first. */
const isAction = (snapshot: PdfSnapshot, value: PdfValue | undefined): boolean =>
  isDict(snapshot.resolve(value));

function checkAnnotations(original: PdfSnapshot, signed: PdfSnapshot): Reason[] {
  const [before, after] = [listPages(original), listPages(signed)];
  return before.flatMap((page, i) => {
    const added =
      count(signed, after[i]?.dict.entries.get('Annots')) - count(original, page.dict.entries.get('Annots'));
    const detail = `Page ${i + 1} has annotations that the deposited one did not have.`;
    return added > 0 ? [{ code: 'hidden-content' as const, detail, page: i + 1 }] : [];
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
