import type { LongString } from './long-strings.js';

/** Why a file of the platform's can't be read. */
export type FileFault = 'bad_base64' | 'too_large';

export interface Base64File extends LongString {
  /** Null where the content is no base64, or has more bytes than allowed; `fault` says which. */
  readonly content: Buffer | null;
  readonly fault: FileFault | null;
}

/** A multiple of three. */
const BLOCK = 3 * 256 * 1024;
const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/;

/** In memory that a thread can share: the file is verified in one, without a copy. */
function joined(parts: readonly Buffer[], size: number): Buffer {
  const whole = Buffer.from(new SharedArrayBuffer(size));
  let at = 0;
  for (const part of parts) at += part.copy(whole, at);
  return whole;
}

/** Decodes base64 as it comes; what is too large is let go, so that memory stays bounded. @param maxBytes of the file */
export function createBase64File(maxBytes: number): Base64File {
  // Blocks that are filled: a buffer for each piece would be garbage outside of what V8 counts soon.
  let parts: Buffer[] = [];
  let room = 0;
  let size = 0;
  let rest = '';
  let ended = false;
  let fault: FileFault | null = null;
  let content: Buffer | null = null;

  const fail = (why: FileFault): void => {
    fault ??= why;
    parts = [];
  };

  const decode = (text: string): void => {
    if (!ALPHABET.test(text) || (ended && text !== '')) return fail('bad_base64');
    if (text.endsWith('=')) ended = true;
    // Whole groups of four, so that any block takes whole groups of three.
    for (let at = 0; at < text.length;) {
      if (room < 3) {
        parts.push(Buffer.allocUnsafeSlow(BLOCK));
        room = BLOCK;
      }
      const group = text.slice(at, at + Math.floor(room / 3) * 4);
      const written = parts.at(-1)!.write(group, BLOCK - room, 'base64');
      room -= written;
      size += written;
      at += group.length;
    }
    if (size > maxBytes) fail('too_large');
  };

  return {
    write(piece) {
      if (fault !== null) return;
      // Some writers of JSON escape the slash; a piece may end between the two.
      const text = (rest + piece.toString('latin1')).replaceAll('\\/', '/');
      const whole = text.length - (text.length % 4) - (text.endsWith('\\') && text.length % 4 === 0 ? 4 : 0);
      rest = text.slice(Math.max(0, whole));
      decode(text.slice(0, Math.max(0, whole)));
    },
    end() {
      if (rest !== '') fail('bad_base64');
      if (fault === null) content = joined(parts, size);
      parts = [];
    },
    get content() {
      return content;
    },
    get fault() {
      return fault;
    },
  };
}
