import { PdfError } from './pdf-error.js';
import { isDict, isInteger, type PdfDict, type PdfValue } from './pdf-value.js';
import { ValueReader } from './value-reader.js';

export interface IndirectObject {
  readonly num: number;
  readonly gen: number;
  readonly value: PdfValue;
  /** Offset of the byte after `endobj`. */
  readonly end: number;
}

/** Answers an indirect `/Length`; undefined when the reference leads nowhere. */
export type LengthResolver = (value: PdfValue) => PdfValue | undefined;

/** Reads `N G obj … endobj` that begins exactly at `offset`, nothing before it, within `bytes[0, end)`. */
export function readObjectAt(
  bytes: Uint8Array,
  offset: number,
  end: number,
  lengthOf: LengthResolver,
): IndirectObject {
  if (offset >= end) throw new PdfError('object', 'an object lies outside the file', offset);
  const reader = new ValueReader(bytes, offset, end);
  const num = readHeaderNumber(reader, offset);
  const gen = readHeaderNumber(reader);
  reader.skipWhite();
  if (!reader.takeKeyword('obj')) throw new PdfError('object', 'no object begins here', offset);
  let value = reader.readValue();
  reader.skipWhite();
  if (isDict(value) && reader.takeKeyword('stream')) value = readStream(reader, value, lengthOf);
  reader.skipWhite();
  if (!reader.takeKeyword('endobj')) throw new PdfError('object', 'endobj is missing', reader.pos);
  return { num, gen, value, end: reader.pos };
}

function readHeaderNumber(reader: ValueReader, exactly?: number): number {
  const byte = reader.bytes[reader.pos];
  if (exactly !== undefined && (byte === undefined || byte < 48 || byte > 57)) {
    throw new PdfError('object', 'no object begins here', exactly);
  }
  return reader.readUnsigned();
}

function readStream(reader: ValueReader, dict: PdfDict, lengthOf: LengthResolver): PdfValue {
  if (reader.bytes[reader.pos] === 13) reader.pos++;
  if (reader.bytes[reader.pos] !== 10) reader.fail('a stream begins badly');
  const start = reader.pos + 1;
  const length = lengthOf(dict.entries.get('Length') ?? null);
  if (!isInteger(length) || length < 0 || start + length > reader.end) reader.fail('a bad stream length');
  reader.pos = start + length;
  reader.skipWhite();
  if (!reader.takeKeyword('endstream')) throw new PdfError('object', 'endstream is missing', reader.pos);
  return { kind: 'stream', dict, raw: reader.bytes.subarray(start, start + length) };
}
