import { isAscii } from 'node:buffer';
import { randomUUID } from 'node:crypto';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** Members with this name hold documents. */
const NAME = Buffer.from('"content"');
/** From this length on a string is worth cutting out. */
const LONG = 4_096;
/** Of any JSON that we take; deeper ones are parsed the plain way. */
const MAX_DEPTH = 8;
/** Nobody outside knows it, so no string of a request is taken for one that was cut out. */
const SECRET = randomUUID();

/**
 * JSON whose documents, in base64, are not parsed: they are cut out before and put in again after, without being
 * looked at character by character. Gives what `JSON.parse` would, or undefined where that has to say.
 * @param bytes valid UTF-8
 */
export function parseLongJson(bytes: Buffer): unknown {
  const { text, contents } = cut(bytes);
  if (contents.size === 0) return undefined;
  try {
    const value = putBack(JSON.parse(text), contents, 0);
    // A string that was cut out but is no value (a name, say) did not come back.
    return contents.size === 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

function cut(bytes: Buffer): { text: string; contents: Map<string, string> } {
  const contents = new Map<string, string>();
  let text = '';
  let kept = 0;
  let at = 0;
  while ((at = bytes.indexOf(NAME, at)) !== -1) {
    at += NAME.length;
    const start = startOfString(bytes, at);
    const end = start === -1 ? -1 : bytes.indexOf(QUOTE, start);
    if (end === -1) continue;
    at = end;
    if (end - start < LONG || !isPlain(bytes.subarray(start, end))) continue;
    const placeholder = `${SECRET}${contents.size}`;
    contents.set(placeholder, bytes.toString('latin1', start, end));
    text += bytes.toString('utf8', kept, start) + placeholder;
    kept = end;
  }
  return { text: text + bytes.toString('utf8', kept), contents };
}

/** Stands in JSON as it is. Control characters aside: whoever decodes base64 finds those. */
function isPlain(string: Buffer): boolean {
  return isAscii(string) && !string.includes(BACKSLASH);
}

/** Where the string begins that is the value of a member whose name ends before `at`; -1 when it is none. */
function startOfString(bytes: Buffer, at: number): number {
  const colon = pastBlanks(bytes, at);
  if (bytes[colon] !== COLON) return -1;
  const quote = pastBlanks(bytes, colon + 1);
  return bytes[quote] === QUOTE ? quote + 1 : -1;
}

function pastBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

/** @throws RangeError when it is too deep */
function putBack(value: unknown, contents: Map<string, string>, depth: number): unknown {
  if (typeof value === 'string') {
    const content = value.startsWith(SECRET) ? contents.get(value) : undefined;
    if (content === undefined) return value;
    contents.delete(value);
    return content;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) throw new RangeError('too deep');
  const members = value as Record<string, unknown>;
  for (const name of Object.keys(members)) {
    const member = members[name];
    const whole = putBack(member, contents, depth + 1);
    if (whole !== member) members[name] = whole;
  }
  return value;
}
