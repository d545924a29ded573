import { hexDigit, isDigit, isRegular, isWhite } from './characters.js';
import { PdfError } from './pdf-error.js';
import { type PdfDict, type PdfString, type PdfValue } from './pdf-value.js';
import { readLiteral } from './read-literal.js';

/** Deeper nesting has no use but to exhaust the stack. */
const DEPTH_LIMIT = 96;
/** A token longer than this is no name, number or keyword that a PDF needs. */
const TOKEN_LIMIT = 1024;
/** Members of arrays and dictionaries in one object; beyond it an object is there to exhaust memory. */
const MEMBER_LIMIT = 1_000_000;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** Reads PDF objects from `bytes[pos, end)`, refusing whatever the grammar does not allow. */
export class ValueReader {
  private members = 0;

  constructor(
    readonly bytes: Uint8Array,
    public pos: number,
    readonly end: number,
  ) {}

  fail(message: string): never {
    throw new PdfError('syntax', message, this.pos);
  }

  /** Skips white space and comments. */
  skipWhite(): void {
    while (this.pos < this.end) {
      const byte = this.bytes[this.pos];
      if (byte === 0x25) {
        while (this.pos < this.end && this.bytes[this.pos] !== 10 && this.bytes[this.pos] !== 13) this.pos++;
      } else if (isWhite(byte)) this.pos++;
      else return;
    }
  }

  /** True, and past it, when `word` stands here as a whole token. */
  takeKeyword(word: string): boolean {
    for (let i = 0; i < word.length; i++) {
      if (this.pos + i >= this.end || this.bytes[this.pos + i] !== word.charCodeAt(i)) return false;
    }
    if (this.pos + word.length < this.end && isRegular(this.bytes[this.pos + word.length])) return false;
    this.pos += word.length;
    return true;
  }

  /** A run of digits as a number; white space before it is skipped. */
  readUnsigned(): number {
    this.skipWhite();
    const from = this.pos;
    let value = 0;
    while (this.pos < this.end && isDigit(this.bytes[this.pos])) {
      value = value * 10 + (this.bytes[this.pos] as number) - 48;
      this.pos++;
    }
    if (this.pos === from || this.pos - from > 12) this.fail('a whole number is expected');
    return value;
  }

  readValue(depth = 0): PdfValue {
    if (depth > DEPTH_LIMIT || ++this.members > MEMBER_LIMIT)
      throw new PdfError('too_complex', 'an object is nested too deeply or too large', this.pos);
    this.skipWhite();
    if (this.pos >= this.end) this.fail('an object is cut off');
    const byte = this.bytes[this.pos];
    if (byte === 0x2f) return { kind: 'name', name: this.readName() };
    if (byte === 0x28) return readLiteral(this);
    if (byte === 0x5b) return this.readArray(depth);
    if (byte === 0x3c) return this.bytes[this.pos + 1] === 0x3c ? this.readDict(depth) : this.readHex();
    return this.readToken();
  }

  private readToken(): PdfValue {
    const from = this.pos;
    let whole = 0;
    while (this.pos < this.end && isDigit(this.bytes[this.pos])) {
      whole = whole * 10 + (this.bytes[this.pos++] as number) - 48;
    }
    // Most tokens are whole numbers, or references that begin with one.
    if (this.pos > from && this.pos - from < 16 && !this.isRegularHere()) return this.refOrNumber(whole);
    while (this.isRegularHere()) this.pos++;
    if (this.pos === from || this.pos - from > TOKEN_LIMIT) this.fail('an object is expected');
    const token = latin1(this.bytes, from, this.pos);
    if (token === 'null') return null;
    if (token === 'true' || token === 'false') return token === 'true';
    if (!NUMBER.test(token)) this.fail('an unknown word');
    return Number(token);
  }

  private isRegularHere(): boolean {
    return this.pos < this.end && isRegular(this.bytes[this.pos]);
  }

  /** `12 0 R` and `12` begin alike: looks ahead and comes back when it is only a number. */
  private refOrNumber(num: number): PdfValue {
    const back = this.pos;
    let at = this.pos;
    while (at < this.end && isWhite(this.bytes[at])) at++;
    const from = at;
    let gen = 0;
    while (at < this.end && isDigit(this.bytes[at]) && at - from < 6)
      gen = gen * 10 + (this.bytes[at++] as number) - 48;
    if (at === back || at === from || !isWhite(this.bytes[at])) return num;
    while (at < this.end && isWhite(this.bytes[at])) at++;
    if (at >= this.end || this.bytes[at] !== 0x52 || (at + 1 < this.end && isRegular(this.bytes[at + 1])))
      return num;
    this.pos = at + 1;
    return { kind: 'ref', num, gen };
  }

  private readName(): string {
    let name = '';
    this.pos++;
    while (this.pos < this.end && isRegular(this.bytes[this.pos])) {
      let code = this.bytes[this.pos++] as number;
      if (code === 0x23) {
        const high = hexDigit(this.bytes[this.pos]);
        const low = hexDigit(this.bytes[this.pos + 1]);
        if (high < 0 || low < 0 || high + low === 0) this.fail('a bad # in a name');
        code = high * 16 + low;
        this.pos += 2;
      }
      name += String.fromCharCode(code);
      if (name.length > TOKEN_LIMIT) this.fail('a name is too long');
    }
    return name;
  }

  private readArray(depth: number): readonly PdfValue[] {
    const items: PdfValue[] = [];
    this.pos++;
    for (;;) {
      this.skipWhite();
      if (this.pos >= this.end) this.fail('an array is cut off');
      if (this.bytes[this.pos] === 0x5d) break;
      items.push(this.readValue(depth + 1));
    }
    this.pos++;
    return items;
  }

  private readDict(depth: number): PdfDict {
    const entries = new Map<string, PdfValue>();
    this.pos += 2;
    for (;;) {
      this.skipWhite();
      if (this.pos >= this.end) this.fail('a dictionary is cut off');
      if (this.bytes[this.pos] === 0x3e) break;
      if (this.bytes[this.pos] !== 0x2f) this.fail('a key is expected');
      const key = this.readName();
      // Readers differ on which of two equal keys counts: a file that needs the answer is refused.
      if (entries.has(key)) this.fail(`the key ${JSON.stringify(key)} stands twice`);
      entries.set(key, this.readValue(depth + 1));
    }
    if (this.bytes[this.pos + 1] !== 0x3e) this.fail('a dictionary ends badly');
    this.pos += 2;
    return { kind: 'dict', entries };
  }

  private readHex(): PdfString {
    const start = this.pos++;
    const close = this.bytes.indexOf(0x3e, this.pos);
    if (close < 0 || close >= this.end) this.fail('a hex string is cut off');
    const out = new Uint8Array((close - this.pos + 1) >> 1);
    let digits = 0;
    for (; this.pos < close; this.pos++) {
      const digit = hexDigit(this.bytes[this.pos]);
      if (digit < 0 && !isWhite(this.bytes[this.pos])) this.fail('a bad hex digit');
      if (digit < 0) continue;
      out[digits >> 1] = (out[digits >> 1] as number) | (digits & 1 ? digit : digit << 4);
      digits++;
    }
    this.pos = close + 1;
    return { kind: 'string', bytes: out.subarray(0, (digits + 1) >> 1), hex: true, start, end: this.pos };
  }
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}
