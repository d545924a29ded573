import { isWhite } from './characters.js';
import { PdfError } from './pdf-error.js';
import { ValueReader } from './value-reader.js';

/** One `startxref N %%EOF`: the offset it names, where it begins and the byte after its line end. */
export interface Mark {
  readonly xref: number;
  readonly start: number;
  readonly end: number;
}

const WORD = Buffer.from('startxref');
const TAIL = 2048;

/** The mark that begins at `start`, or undefined when what stands there is none. */
function markAt(bytes: Uint8Array, start: number): Mark | undefined {
  const reader = new ValueReader(bytes, start + WORD.length, Math.min(bytes.length, start + 64));
  try {
    const xref = reader.readUnsigned();
    while (isWhite(bytes[reader.pos])) reader.pos++;
    const eof = Buffer.from(
      bytes.buffer,
      bytes.byteOffset + reader.pos,
      Math.min(5, bytes.length - reader.pos),
    );
    if (eof.toString('latin1') !== '%%EOF') return undefined;
    let end = reader.pos + 5;
    if (bytes[end] === 13) end++;
    if (bytes[end] === 10) end++;
    return { xref, start, end };
  } catch {
    return undefined;
  }
}

/** Every mark in the file, in order, those in streams and strings included. */
export function findMarks(bytes: Uint8Array): Mark[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const marks: Mark[] = [];
  for (let at = buffer.indexOf(WORD); at >= 0; at = buffer.indexOf(WORD, at + 1)) {
    const mark = markAt(bytes, at);
    if (mark) marks.push(mark);
  }
  return marks;
}

/** The mark that ends the file; only white space may follow it. */
export function findTail(bytes: Uint8Array): Mark {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = buffer.lastIndexOf(WORD);
  if (at < 0) throw new PdfError('truncated', 'the end of the file is missing');
  const mark = markAt(bytes, at);
  if (!mark) throw new PdfError('truncated', 'the end of the file is cut off', at);
  const rest = bytes.subarray(mark.end);
  if (Buffer.from(rest).includes(' obj')) {
    throw new PdfError('truncated', 'the last revision is cut off', mark.end);
  }
  if (rest.length > TAIL || !rest.every((byte) => isWhite(byte) && byte !== 0)) {
    throw new PdfError('trailing_data', 'something follows the end of the file', mark.end);
  }
  return mark;
}
