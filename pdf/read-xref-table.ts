import { isDigit, isWhite } from './characters.js';
import { PdfError } from './pdf-error.js';
import { isDict, type PdfDict } from './pdf-value.js';
import { ValueReader } from './value-reader.js';
import { addEntry, FREE, type XrefEntry } from './xref-entry.js';

const ENTRY_LENGTH = 20;

/** Reads `xref … trailer << … >>` at `offset`; each entry has its 20 bytes (ISO 32000-1, 7.5.4). */
export function readXrefTable(
  bytes: Uint8Array,
  offset: number,
  end: number,
): { trailer: PdfDict; entries: Map<number, XrefEntry>; end: number } {
  const reader = new ValueReader(bytes, offset, end);
  const entries = new Map<number, XrefEntry>();
  if (!reader.takeKeyword('xref')) throw new PdfError('xref', 'no cross-reference table begins here', offset);
  reader.skipWhite();
  while (!reader.takeKeyword('trailer')) {
    const first = reader.readUnsigned();
    const count = reader.readUnsigned();
    while (reader.pos < end && isWhite(bytes[reader.pos])) reader.pos++;
    if (reader.pos + count * ENTRY_LENGTH > end) throw new PdfError('xref', 'a table is cut off', reader.pos);
    for (let i = 0; i < count; i++) {
      addEntry(entries, first + i, readEntry(bytes, reader.pos));
      reader.pos += ENTRY_LENGTH;
    }
    reader.skipWhite();
  }
  const trailer = reader.readValue();
  if (!isDict(trailer)) throw new PdfError('xref', 'the trailer is missing', reader.pos);
  return { trailer, entries, end: reader.pos };
}

function readEntry(bytes: Uint8Array, at: number): XrefEntry {
  const offset = digits(bytes, at, 10);
  const gen = digits(bytes, at + 11, 5);
  const kind = bytes[at + 17];
  const spaced =
    bytes[at + 10] === 32 && bytes[at + 16] === 32 && isWhite(bytes[at + 18]) && isWhite(bytes[at + 19]);
  if (!spaced || (kind !== 0x6e && kind !== 0x66)) throw new PdfError('xref', 'a bad table entry', at);
  return kind === 0x66 ? FREE : { type: 'offset', offset, gen };
}

function digits(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = at; i < at + length; i++) {
    if (!isDigit(bytes[i])) throw new PdfError('xref', 'a bad table entry', at);
    value = value * 10 + (bytes[i] as number) - 48;
  }
  return value;
}
