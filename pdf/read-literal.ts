import type { PdfString } from './pdf-value.js';

/** A place in the bytes of a file. */
export interface Cursor {
  readonly bytes: Uint8Array;
  readonly end: number;
  pos: number;
  fail(message: string): never;
}

const ESCAPES = new Map([
  [0x6e, 10],
  [0x72, 13],
  [0x74, 9],
  [0x62, 8],
  [0x66, 12],
]);

/** Reads a literal string `( … )` with its escapes (ISO 32000-1, 7.3.4.2). */
export function readLiteral(reader: Cursor): PdfString {
  const { bytes, end } = reader;
  const start = reader.pos++;
  const plain = plainEnd(reader);
  if (plain >= 0) {
    reader.pos = plain + 1;
    return { kind: 'string', bytes: bytes.subarray(start + 1, plain), hex: false, start, end: plain + 1 };
  }
  const out: number[] = [];
  for (let depth = 1; depth > 0;) {
    if (reader.pos >= end) reader.fail('a string is cut off');
    const byte = bytes[reader.pos++] as number;
    if (byte === 0x5c) {
      readEscape(reader, out);
      continue;
    }
    if (byte === 0x28) depth++;
    if (byte === 0x29 && --depth === 0) break;
    out.push(byte);
  }
  return { kind: 'string', bytes: Uint8Array.from(out), hex: false, start, end: reader.pos };
}

/** Where a string without escapes and inner parentheses ends, or -1: most are such, and need no copy. */
function plainEnd({ bytes, pos, end }: Cursor): number {
  for (let at = pos; at < end; at++) {
    const byte = bytes[at];
    if (byte === 0x29) return at;
    if (byte === 0x5c || byte === 0x28) return -1;
  }
  return -1;
}

function readEscape(reader: Cursor, out: number[]): void {
  const byte = reader.bytes[reader.pos++] ?? 0;
  if (byte >= 0x30 && byte <= 0x37) {
    let code = byte - 0x30;
    for (let i = 0; i < 2; i++) {
      const next = reader.bytes[reader.pos] ?? 0;
      if (next < 0x30 || next > 0x37) break;
      code = code * 8 + next - 0x30;
      reader.pos++;
    }
    out.push(code & 255);
  } else if (byte === 13) {
    if (reader.bytes[reader.pos] === 10) reader.pos++;
  } else if (byte !== 10) out.push(ESCAPES.get(byte) ?? byte);
}
