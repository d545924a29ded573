import {
  isDict,
  isRef,
  sameValue,
  unlistedAt,
  type PdfFile,
  type PdfRevision,
  type PdfValue,
} from '../../../pdf/index.js';
import { Refusal } from './reason.js';
import { walk } from './walk.js';

/** What may be added without a signature: validation data, and what draws nothing. */
const ADDABLE = ['DSS', 'Metadata', 'Extensions'];

/**
 * Refuses a revision after the last signature that holds anything but validation data: objects that nothing shows, or
 * bytes that no table lists. A strict reader never shows them, one that repairs may (and a person who finds them there
 * could be told that they were signed).
 */
export function checkUnsigned(file: PdfFile, index: number): void {
  const [before, after] = file.revisions().slice(index - 1, index + 1);
  if (!before || !after) return;
  const fail = (what: string): never => {
    throw new Refusal('unsigned-revision', `After the last signature ${what}.`);
  };
  const allowed = allowedNumbers(after);
  for (const section of after.added) {
    for (const [num, entry] of section.entries) {
      if (entry.type === 'free' || allowed.has(num) || isUnchanged(before, after, num)) continue;
      fail(`object ${num} was added, which is no validation data`);
    }
  }
  const stray = unlistedAt(file, before.end, after);
  if (stray !== null) fail(`something was written at byte ${stray} that belongs to no object`);
}

/** The numbers that validation data have in it, with the tables and packed streams that hold them. */
function allowedNumbers({ snapshot, added }: PdfRevision): Set<number> {
  const root = snapshot.trailer.entries.get('Root');
  const catalog = snapshot.resolve(root);
  const from: PdfValue[] = [snapshot.trailer.entries.get('Info') ?? null];
  if (isDict(catalog)) for (const key of ADDABLE) from.push(catalog.entries.get(key) ?? null);
  const numbers = walk(snapshot, from);
  if (isRef(root)) numbers.add(root.num);
  for (const section of added) {
    for (const [num, entry] of section.entries) {
      if (entry.type === 'packed') numbers.add(entry.container);
      if (entry.type === 'offset' && entry.offset === section.offset) numbers.add(num);
    }
  }
  return numbers;
}

/** Written again as it was. */
function isUnchanged(before: PdfRevision, after: PdfRevision, num: number): boolean {
  const old = before.snapshot.entry(num);
  return old.type !== 'free' && sameValue(before.snapshot.object(num), after.snapshot.object(num));
}
