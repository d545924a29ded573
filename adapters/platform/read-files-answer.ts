import { randomBytes } from 'node:crypto';
import { PlatformUncertain } from '../../domain/platform.js';
import { createBase64File, type Base64File } from './base64-file.js';
import { createLongStringReader, type LongString } from './long-strings.js';

export interface FilesAnswerLimits {
  /** Largest answer, in bytes. Nothing of that size is held: what is not asked for is read past. */
  maxAnswerBytes: number;
  /** Largest file that is kept, in bytes. */
  maxFileBytes: number;
  /** Name of the members that hold files to keep; null: none. */
  wanted: string | null;
}

/** An answer whose files were taken out while it came. */
export interface FilesAnswer {
  /** The JSON; a file's member holds a mark in its place. */
  data: unknown;
  /** The file that stands behind a member's value; undefined for a value that is no mark. */
  fileOf(value: string): Base64File | undefined;
}

const LONG = 4096;
/** Everything but files: names, times, the audit trail. */
const MAX_REST = 32 * 1024 * 1024;
const NOTHING: LongString = { write: () => undefined, end: () => undefined };

/**
 * Reads an answer of JSON with files in it, in the memory of the wanted files and one piece.
 * @throws PlatformUncertain for what is no JSON, too much of it, or has a file's member twice
 */
export async function readFilesAnswer(
  body: AsyncIterable<Buffer>,
  limits: FilesAnswerLimits,
): Promise<FilesAnswer> {
  const files = new Map<string, Base64File>();
  // Nobody who writes an answer knows the mark beforehand.
  const mark = randomBytes(12).toString('hex');
  let read = 0;
  let taken = 0;
  let marks = 0;
  const reader = createLongStringReader(LONG, (name) => {
    // One for each: what is read past must not look like the file after it.
    const placeholder = `${mark}:${marks++}`;
    if (name !== limits.wanted) return { placeholder, content: counted(NOTHING) };
    const file = createBase64File(limits.maxFileBytes);
    files.set(placeholder, file);
    return { placeholder, content: counted(file) };
  });
  const counted = (content: LongString): LongString => ({
    write(piece) {
      taken += piece.length;
      content.write(piece);
    },
    end: () => content.end(),
  });
  for await (const piece of body) {
    read += piece.length;
    if (read > limits.maxAnswerBytes || read - taken > MAX_REST + piece.length)
      throw new PlatformUncertain('bad_answer', true, 200);
    reader.write(piece);
  }
  return { data: parse(reader.end(), files), fileOf: (value) => files.get(value) };
}

/** A file whose mark is gone stood in a member that is there twice: one reader takes the first, another the last. */
function parse(text: string, files: ReadonlyMap<string, unknown>): unknown {
  let seen = 0;
  const count = (_name: string, value: unknown): unknown => {
    if (typeof value === 'string' && files.has(value)) seen += 1;
    return value;
  };
  try {
    const data: unknown = JSON.parse(text, count);
    if (seen === files.size) return data;
  } catch {
    // Told below.
  }
  throw new PlatformUncertain('bad_answer', true, 200);
}
