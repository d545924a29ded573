import { isWhite } from './characters.js';
import type { PdfFile, PdfRevision } from './open-pdf.js';
import { PdfError } from './pdf-error.js';
import { readObjectAt } from './read-object.js';

const PERCENT = 0x25;

/**
 * Where a revision that begins at byte `start` holds something that is no object of its table, no table and no white
 * space or comment; null when nothing. Throws PdfError for an object that cannot be read.
 */
export function unlistedAt(
  { bytes }: PdfFile,
  start: number,
  { added, end, snapshot }: PdfRevision,
): number | null {
  const pieces: [from: number, to: number][] = [];
  for (const section of added) {
    pieces.push([section.offset, section.end]);
    for (const entry of section.entries.values()) {
      if (entry.type !== 'offset' || entry.offset < start || entry.offset === section.offset) continue;
      const object = readObjectAt(bytes, entry.offset, end, (length) => snapshot.resolve(length));
      pieces.push([entry.offset, object.end]);
    }
  }
  let at = start;
  for (const [from, to] of pieces.toSorted((a, b) => a[0] - b[0])) {
    const stray = strayIn(bytes, at, from);
    if (stray !== null) return stray;
    at = Math.max(at, to);
  }
  return strayIn(bytes, at, tailOf(bytes, at, end));
}

/** Where `startxref` begins that ends the revision; what follows it is the reader's own to check. */
function tailOf(bytes: Uint8Array, from: number, end: number): number {
  const word = Buffer.from(bytes.buffer, bytes.byteOffset, end).lastIndexOf('startxref');
  if (word < from) throw new PdfError('xref', 'a revision has no end of its own', from);
  return word;
}

/** The first byte between two places that is neither white space nor a comment (writers put their name there). */
function strayIn(bytes: Uint8Array, from: number, to: number): number | null {
  for (let at = from; at < to; at++) {
    if (isWhite(bytes[at])) continue;
    const line = bytes[at] === PERCENT ? lineAt(bytes, at, to) : null;
    // One that holds an object is what a repairing reader looks for.
    if (line === null || line.includes('obj')) return at;
    at += line.length;
  }
  return null;
}

function lineAt(bytes: Uint8Array, from: number, to: number): Buffer {
  let end = from;
  while (end < to && bytes[end] !== 10 && bytes[end] !== 13) end++;
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from);
}
