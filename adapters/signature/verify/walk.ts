import {
  isArray,
  isDict,
  isRef,
  isStream,
  PdfError,
  type PdfDict,
  type PdfRef,
  type PdfSnapshot,
  type PdfValue,
} from '../../../pdf/index.js';
import { Refusal } from './reason.js';

const OBJECT_LIMIT = 400_000;

export interface Visitor {
  /** Called with every dictionary, those of streams included. */
  readonly dict?: (dict: PdfDict) => void;
  /** Called with what cannot be read; without it the walk ends there. */
  readonly damaged?: (ref: PdfRef) => void;
}

/**
 * Walks everything that a reader can reach from some values; the numbers of all objects that were met, those that are
 * referred to but do not exist included. Throws Refusal `too-complex`, PdfError where an object is damaged.
 */
export function walk(snapshot: PdfSnapshot, from: readonly PdfValue[], visitor: Visitor = {}): Set<number> {
  const numbers = new Set<number>();
  const queue = [...from];
  while (queue.length > 0) {
    const value = queue.pop() as PdfValue;
    if (isRef(value)) {
      if (numbers.has(value.num)) continue;
      numbers.add(value.num);
      if (numbers.size > OBJECT_LIMIT) throw new Refusal('too-complex', 'The document has too many objects.');
      queue.push(read(snapshot, value, visitor));
    } else if (isArray(value)) for (const item of value) queue.push(item);
    else if (isStream(value)) queue.push(value.dict);
    else if (isDict(value)) {
      visitor.dict?.(value);
      for (const item of value.entries.values()) queue.push(item);
    }
  }
  return numbers;
}

function read(snapshot: PdfSnapshot, ref: PdfRef, { damaged }: Visitor): PdfValue {
  try {
    return snapshot.object(ref.num, ref.gen);
  } catch (error) {
    if (!(error instanceof PdfError) || damaged === undefined) throw error;
    damaged(ref);
    return null;
  }
}
