import { isRef, sameValue, type PdfRevision, type PdfSnapshot, type PdfValue } from '../../../pdf/index.js';
import { checkAllowedChange } from './allowed-change.js';
import { reachable } from './reachable.js';
import { Refusal } from './reason.js';

/**
 * Refuses a later revision that changes anything a reader of the earlier one could see: all that was
 * reachable must be the same, but for the few places where a signature, its form entry or validation data
 * are added (ISO 32000-2, 12.8; ETSI EN 319 142-1, 5.4). `strict` is DocMDP with P=1.
 */
export function compareRevisions(before: PdfRevision, after: PdfRevision, strict: boolean): void {
  const [old, now] = [before.snapshot, after.snapshot];
  if (after.added.some((section) => section.hybrid !== null)) {
    throw new Refusal('modified-object', 'A hybrid cross-reference was added after signing.');
  }
  const root = old.trailer.entries.get('Root');
  if (!isRef(root) || !sameValue(root, now.trailer.entries.get('Root'))) {
    throw new Refusal('modified-catalog', 'Another catalogue was put in after signing.');
  }
  const changed = changedNumbers(after, old, now);
  const { numbers, roles } = reachable(old, root);
  for (const num of changed) {
    if (!numbers.has(num)) continue;
    const [a, b] = [valueOf(old, num), valueOf(now, num)];
    if (sameValue(a, b) && generationOf(old, num) === generationOf(now, num)) continue;
    const role = roles.get(num);
    if (!role) throw new Refusal('modified-object', `Object ${num} was changed after signing.`);
    checkAllowedChange(role, a, b, { old, now, strict });
  }
}

function valueOf(snapshot: PdfSnapshot, num: number): PdfValue {
  return snapshot.object(num, generationOf(snapshot, num));
}

function generationOf(snapshot: PdfSnapshot, num: number): number {
  const entry = snapshot.entry(num);
  return entry.type === 'offset' ? entry.gen : 0;
}

/** The objects that lie elsewhere than before; a rewritten object stream moves all that it holds. */
function changedNumbers(after: PdfRevision, old: PdfSnapshot, now: PdfSnapshot): number[] {
  const touched = new Set<number>();
  for (const section of after.added) for (const num of section.entries.keys()) touched.add(num);
  const moved = [...touched].filter((num) => place(old, num) !== place(now, num));
  const containers = new Set(moved);
  const addPacked = (entries: (typeof old.sections)[number]['entries']): void => {
    for (const [num, entry] of entries) {
      if (entry.type === 'packed' && containers.has(entry.container) && !touched.has(num)) moved.push(num);
    }
  };
  for (const section of old.sections) {
    addPacked(section.entries);
    if (section.hybrid) addPacked(section.hybrid);
  }
  return moved;
}

/** Where an object's bytes are and the generation that finds it; equal places hold equal objects. */
function place(snapshot: PdfSnapshot, num: number): string {
  const entry = snapshot.entry(num);
  if (entry.type === 'free') return 'free';
  if (entry.type === 'offset') return `${entry.offset} ${entry.gen}`;
  const container = snapshot.entry(entry.container);
  return container.type === 'offset' ? `${container.offset}:${entry.index}` : 'nowhere';
}
