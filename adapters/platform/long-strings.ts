/** What becomes of a long string's content, piece by piece, as it stands in the JSON (escapes and all). */
export interface LongString {
  write(piece: Buffer): void;
  end(): void;
}

export interface LongStringReader {
  write(chunk: Buffer): void;
  /** The JSON without the content of its long strings, each replaced by the text that `open` gave for it. */
  end(): string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads JSON as it comes and takes long strings out of it, so that an answer of hundreds of megabytes is never in
 * memory as one text. What is left is JSON as before: whoever parses it finds what is malformed.
 * @param limit bytes from which a string counts as long
 * @param open told of each long string; `name` is the string before it: its member's name
 */
export function createLongStringReader(
  limit: number,
  open: (name: string) => { placeholder: string; content: LongString },
): LongStringReader {
  const kept = createKeep();
  const { take, close, rest } = createCollector(limit, open, kept);
  let inString = false;
  let escaped = false;

  return {
    write(chunk) {
      let at = 0;
      while (at < chunk.length) {
        const start = at;
        if (inString) {
          const { end, cutEscape } = endOfString(chunk, at + (escaped ? 1 : 0));
          escaped = cutEscape;
          take(chunk.subarray(start, end === -1 ? chunk.length : end));
          if (end === -1) return;
          close();
          inString = false;
          at = end;
          // The closing quote belongs to what is kept.
          kept.add(chunk.subarray(at, at + 1));
          at += 1;
          continue;
        }
        const quote = chunk.indexOf(QUOTE, at);
        kept.add(chunk.subarray(start, quote === -1 ? chunk.length : quote + 1));
        if (quote === -1) return;
        inString = true;
        at = quote + 1;
      }
    },
    end() {
      for (const piece of rest()) kept.add(piece);
      return kept.whole().toString();
    },
  };
}

interface Keep {
  add: (piece: Buffer) => void;
  whole: () => Buffer;
}

const PIECES = 4096;

/** Joins pieces now and then: millions of them take many times their bytes, and each holds the chunk it came in. */
function createKeep(): Keep {
  const joined: Buffer[] = [];
  let pieces: Buffer[] = [];
  const join = (): void => {
    joined.push(Buffer.concat(pieces));
    pieces = [];
  };
  return {
    add(piece) {
      pieces.push(piece);
      if (pieces.length >= PIECES) join();
    },
    whole() {
      join();
      return Buffer.concat(joined);
    },
  };
}

interface Collector {
  take: (piece: Buffer) => void;
  close: () => void;
  /** What there is of a short string that was not closed. */
  rest: () => Buffer[];
}

/** Collects one string after the other: short ones to what is kept, long ones to whom `open` names. */
function createCollector(
  limit: number,
  open: (name: string) => { placeholder: string; content: LongString },
  kept: Keep,
): Collector {
  let held: Buffer[] = [];
  let heldSize = 0;
  let before: Buffer[] = [];
  let long: LongString | null = null;
  return {
    take(piece) {
      if (piece.length === 0) return;
      if (long !== null) return long.write(piece);
      held.push(piece);
      heldSize += piece.length;
      if (heldSize < limit) return;
      const { placeholder, content } = open(Buffer.concat(before).toString());
      kept.add(Buffer.from(placeholder));
      long = content;
      for (const part of held) long.write(part);
      held = [];
    },
    close() {
      if (long !== null) long.end();
      else {
        for (const piece of held) kept.add(piece);
        before = held;
      }
      [held, heldSize, long] = [[], 0, null];
    },
    rest: () => held,
  };
}

/** Where a string ends in the chunk, or -1; `cutEscape`: the chunk ends between a backslash and what it escapes. */
function endOfString(chunk: Buffer, from: number): { end: number; cutEscape: boolean } {
  let at = from;
  for (;;) {
    const quote = chunk.indexOf(QUOTE, at);
    const slash = chunk.subarray(at, quote === -1 ? chunk.length : quote).indexOf(BACKSLASH);
    if (slash === -1) return { end: quote, cutEscape: false };
    at += slash + 2;
    if (at > chunk.length) return { end: -1, cutEscape: true };
  }
}
