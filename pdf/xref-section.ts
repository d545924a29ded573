import { decodeStream, type InflateBudget } from './decode-stream.js';
import { PdfError } from './pdf-error.js';
import {
  isArray,
  isInteger,
  isStream,
  nameOf,
  type PdfDict,
  type PdfStream,
  type PdfValue,
} from './pdf-value.js';
import { readObjectAt } from './read-object.js';
import { readXrefTable } from './read-xref-table.js';
import { addEntry, FREE, type XrefEntry } from './xref-entry.js';

export interface XrefSection {
  readonly offset: number;
  /** Offset of the byte after its trailer or its stream. */
  readonly end: number;
  readonly trailer: PdfDict;
  readonly entries: ReadonlyMap<number, XrefEntry>;
  /** Entries of `/XRefStm` (hybrid files): they count where the table says free or nothing. */
  readonly hybrid: ReadonlyMap<number, XrefEntry> | null;
}

/** Reads the cross-reference table or stream at `offset`. */
export function readXrefSection(
  bytes: Uint8Array,
  offset: number,
  end: number,
  budget: InflateBudget,
): XrefSection {
  if (bytes[offset] !== 0x78) return { ...readXrefStream(bytes, offset, end, budget), offset, hybrid: null };
  const table = readXrefTable(bytes, offset, end);
  const extra = table.trailer.entries.get('XRefStm');
  if (extra === undefined) return { ...table, offset, hybrid: null };
  if (!isInteger(extra) || extra < 0) throw new PdfError('xref', 'a bad XRefStm', offset);
  return { ...table, offset, hybrid: readXrefStream(bytes, extra, end, budget).entries };
}

function readXrefStream(
  bytes: Uint8Array,
  offset: number,
  end: number,
  budget: InflateBudget,
): { trailer: PdfDict; entries: Map<number, XrefEntry>; end: number } {
  const { value, end: objectEnd } = readObjectAt(bytes, offset, end, (length) => length);
  if (!isStream(value) || nameOf(value.dict.entries.get('Type')) !== 'XRef') {
    throw new PdfError('xref', 'no cross-reference section begins here', offset);
  }
  return { trailer: value.dict, entries: readStreamEntries(value, budget), end: objectEnd };
}

function readStreamEntries(stream: PdfStream, budget: InflateBudget): Map<number, XrefEntry> {
  const widths = integers(stream.dict.entries.get('W'), 8);
  const size = stream.dict.entries.get('Size');
  const [w0 = 0, w1 = 0, w2 = 0] = widths;
  if (widths.length !== 3 || w1 === 0) throw new PdfError('xref', 'bad field widths');
  const index = stream.dict.entries.has('Index')
    ? integers(stream.dict.entries.get('Index'), 1e10)
    : [0, Number(size)];
  const data = decodeStream(stream, budget);
  const entries = new Map<number, XrefEntry>();
  let at = 0;
  for (let i = 0; i + 1 < index.length; i += 2) {
    const [first = 0, count = 0] = [index[i], index[i + 1]];
    if (at + count * (w0 + w1 + w2) > data.length)
      throw new PdfError('xref', 'a cross-reference stream is too short');
    for (let num = first; num < first + count; num++) {
      const type = w0 === 0 ? 1 : field(data, at, w0);
      const entry = toEntry(type, field(data, at + w0, w1), field(data, at + w0 + w1, w2));
      addEntry(entries, num, entry);
      at += w0 + w1 + w2;
    }
  }
  return entries;
}

function toEntry(type: number, second: number, third: number): XrefEntry {
  if (type === 1) return { type: 'offset', offset: second, gen: third };
  if (type === 2) return { type: 'packed', container: second, index: third };
  return FREE;
}

function field(data: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + (data[at + i] as number);
  return value;
}

function integers(value: PdfValue | undefined, limit: number): readonly number[] {
  if (!isArray(value)) throw new PdfError('xref', 'an array of numbers is missing');
  return value.map((item) => {
    if (!isInteger(item) || item < 0 || item > limit) throw new PdfError('xref', 'a bad number');
    return item;
  });
}
