import { newInflateBudget } from './decode-stream.js';
import { findMarks, findTail } from './find-tail.js';
import { PdfError } from './pdf-error.js';
import { PdfSnapshot } from './snapshot.js';
import { readXrefChain } from './xref-chain.js';
import type { XrefSection } from './xref-section.js';

export interface PdfRevision {
  /** Offset of the byte after this revision's `%%EOF` line; of the last one, the length of the file. */
  readonly end: number;
  readonly snapshot: PdfSnapshot;
  /** The sections that this revision added, newest first. */
  readonly added: readonly XrefSection[];
}

export interface PdfFile {
  readonly bytes: Uint8Array;
  /** The document as a reader shows it. */
  readonly latest: PdfSnapshot;
  /** Oldest first; the last one is `latest`. Found on first use: it reads through the whole file. */
  revisions(): readonly PdfRevision[];
}

const HEADER = Buffer.from('%PDF-');

/**
 * Opens a PDF as it is written, never as a repairing reader guesses it: `%PDF-` at byte 0, the
 * cross-reference chain from the last `startxref`, every object where the table says it is.
 * Bounded in time and memory for any input. Throws PdfError only.
 */
export function openPdf(bytes: Uint8Array): PdfFile {
  if (!startsWithHeader(bytes)) throw new PdfError('not_a_pdf', 'the file does not begin with %PDF-');
  const tail = findTail(bytes);
  const budget = newInflateBudget();
  const chain = readXrefChain(bytes, tail.xref, bytes.length, budget);
  if (chain.some((section) => section.trailer.entries.has('Encrypt'))) {
    throw new PdfError('encrypted', 'the file is encrypted');
  }
  const latest = new PdfSnapshot(bytes, bytes.length, chain, budget);
  let revisions: readonly PdfRevision[] | undefined;
  return { bytes, latest, revisions: () => (revisions ??= findRevisions(bytes, chain, latest)) };

  function findRevisions(
    all: Uint8Array,
    sections: readonly XrefSection[],
    last: PdfSnapshot,
  ): PdfRevision[] {
    const found: PdfRevision[] = [];
    let before = 0;
    let older = sections.length;
    for (const mark of findMarks(all)) {
      const index = sections.findIndex((section) => section.offset === mark.xref);
      // A mark counts when its section lies inside the bytes that this revision added.
      if (index < 0 || index >= older || mark.xref < before || mark.xref >= mark.start) continue;
      const snapshot = index === 0 ? last : new PdfSnapshot(all, mark.end, sections.slice(index), budget);
      found.push({ end: mark.end, snapshot, added: sections.slice(index, older) });
      before = mark.end;
      older = index;
    }
    if (older !== 0) throw new PdfError('xref', 'the last revision has no end of its own');
    // A copy of the last `startxref` further on would make bytes between the two belong to no revision.
    if (found.at(-1)?.end !== tail.end)
      throw new PdfError('trailing_data', 'something follows the last revision');
    // Blanks after the last mark belong to the last revision: a signature has to cover them too.
    return found.map((revision) =>
      revision.snapshot === last ? { ...revision, end: all.length } : revision,
    );
  }
}

export function startsWithHeader(bytes: Uint8Array): boolean {
  return bytes.length > HEADER.length && HEADER.every((byte, i) => bytes[i] === byte);
}
