import { entryText, GENESIS, type ChainedEntry } from './entry.js';

/** Something that is wrong with the journal, and where. */
export interface ChainFault {
  kind: 'changed' | 'removed' | 'inserted' | 'truncated' | 'anchor';
  /** Position in the chain. */
  position: number;
  /** Row number, where there is such a row. */
  id: number | null;
  detail: string;
}

/** A head that was written down outside the database. */
export interface KnownHead {
  position: number;
  hash: string;
  /** Where it was written down, for people. */
  source: string;
  /** Nothing may come after it: it is the chainer's own note of the end. */
  isEnd?: true;
}

/** Reads a chain entry by entry; says at the end what is wrong with it. */
export interface ChainCheck {
  /** Entries in the order of their positions. */
  next(entry: ChainedEntry): void;
  /** @returns faults in the order of their positions; none: whole */
  end(): ChainFault[];
}

/**
 * @param sha256 of a text, hexadecimal
 * @param heads which the chain must hold
 */
export function createChainCheck(
  sha256: (text: string) => string,
  heads: readonly KnownHead[] = [],
): ChainCheck {
  const faults: ChainFault[] = [];
  const headsAt = new Map<number, KnownHead[]>();
  for (const head of heads) headsAt.set(head.position, [...(headsAt.get(head.position) ?? []), head]);
  let last = { position: 0, hash: GENESIS };

  const checkLink = (entry: ChainedEntry): void => {
    const { id, position } = entry;
    const step = position - last.position;
    if (step > 1) {
      const gone = step === 2 ? `${last.position + 1}` : `${last.position + 1} to ${position - 1}`;
      faults.push({
        kind: 'removed',
        position: last.position + 1,
        id: null,
        detail: `Entry ${gone} is missing.`,
      });
    } else if (step < 1)
      faults.push({ kind: 'inserted', position, id, detail: `A second entry at ${position}.` });
    else if (entry.previousHash !== last.hash) {
      const detail = `Entry ${position} does not follow from the one before it: one of them was put there later.`;
      faults.push({ kind: 'inserted', position, id, detail });
    }
  };

  return {
    next(entry) {
      checkLink(entry);
      const { id, position } = entry;
      if (sha256(entryText(entry)) !== entry.hash)
        faults.push({ kind: 'changed', position, id, detail: `Entry ${position} (row ${id}) was changed.` });
      for (const head of headsAt.get(position) ?? []) {
        if (head.hash === entry.hash) continue;
        const detail = `Entry ${position} is not the one that was written down (${head.source}).`;
        faults.push({ kind: 'anchor', position, id, detail });
      }
      last = { position, hash: entry.hash };
    },
    end() {
      const beyond = heads.filter((head) => head.position > last.position);
      const furthest = beyond.toSorted((a, b) => b.position - a.position)[0];
      if (furthest !== undefined) {
        const detail = `The journal ends at ${last.position}, but ${furthest.source} knows entry ${furthest.position}.`;
        faults.push({ kind: 'truncated', position: last.position + 1, id: null, detail });
      }
      const end = heads.find((head) => head.isEnd === true);
      if (end !== undefined && last.position > end.position) {
        const detail = `The chain was ended at ${end.position} (${end.source}), but goes on to ${last.position}.`;
        faults.push({ kind: 'inserted', position: end.position + 1, id: null, detail });
      }
      return faults.toSorted((a, b) => a.position - b.position);
    },
  };
}
