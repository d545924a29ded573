import { decodeStream, type InflateBudget } from './decode-stream.js';
import { PdfError } from './pdf-error.js';
import {
  isInteger,
  isRef,
  isStream,
  nameOf,
  type PdfDict,
  type PdfStream,
  type PdfValue,
} from './pdf-value.js';
import { readObjectAt } from './read-object.js';
import { ValueReader } from './value-reader.js';
import { findEntry } from './xref-chain.js';
import type { XrefEntry } from './xref-entry.js';
import type { XrefSection } from './xref-section.js';

const REF_DEPTH = 32;

interface Packed {
  readonly num: number;
  readonly at: number;
}

/** The document as it stood at one revision: what the sections up to it say, nothing after `end`. */
export class PdfSnapshot {
  private readonly values = new Map<number, PdfValue>();
  private readonly containers = new Map<number, { data: Uint8Array; index: readonly Packed[] }>();
  private readonly open = new Set<number>();

  constructor(
    readonly bytes: Uint8Array,
    readonly end: number,
    /** Newest first. */
    readonly sections: readonly XrefSection[],
    private readonly budget: InflateBudget,
  ) {}

  get trailer(): PdfDict {
    return (this.sections[0] as XrefSection).trailer;
  }

  entry(num: number): XrefEntry {
    return findEntry(this.sections, num);
  }

  /** Follows references until a direct value; what is not defined is null. */
  resolve(value: PdfValue | undefined): PdfValue {
    let current = value ?? null;
    for (let i = 0; isRef(current); i++) {
      if (i > REF_DEPTH) throw new PdfError('too_complex', 'references lead in a circle');
      current = this.object(current.num, current.gen);
    }
    return current;
  }

  /** The object of that number; null when it is free or its generation is another. Throws when damaged. */
  object(num: number, gen = 0): PdfValue {
    const entry = this.entry(num);
    if (entry.type === 'free' || (entry.type === 'offset' ? entry.gen : 0) !== gen) return null;
    const known = this.values.get(num);
    if (known !== undefined) return known;
    if (this.open.has(num)) throw new PdfError('object', `object ${num} needs itself`);
    this.open.add(num);
    try {
      const value = entry.type === 'offset' ? this.readAt(num, gen, entry.offset) : this.unpack(num, entry);
      this.values.set(num, value);
      return value;
    } finally {
      this.open.delete(num);
    }
  }

  /** The data of a stream, inflated; only Flate is read. Counts against the file's allowance. */
  decode(stream: PdfStream): Uint8Array {
    return decodeStream(stream, this.budget);
  }

  private readAt(num: number, gen: number, offset: number): PdfValue {
    const found = readObjectAt(this.bytes, offset, this.end, (length) => this.resolve(length));
    if (found.num !== num || found.gen !== gen) {
      throw new PdfError('object', `object ${num} is not where the table says`, offset);
    }
    return found.value;
  }

  private unpack(num: number, entry: { container: number; index: number }): PdfValue {
    const { data, index } = this.container(entry.container);
    const packed = index[entry.index];
    if (packed?.num !== num) throw new PdfError('object', `object ${num} is not in its object stream`);
    return new ValueReader(data, packed.at, data.length).readValue();
  }

  private container(num: number): { data: Uint8Array; index: readonly Packed[] } {
    const known = this.containers.get(num);
    if (known) return known;
    if (this.entry(num).type !== 'offset') throw new PdfError('object', `object stream ${num} is missing`);
    const stream = this.object(num);
    if (!isStream(stream) || nameOf(stream.dict.entries.get('Type')) !== 'ObjStm') {
      throw new PdfError('object', `object ${num} is no object stream`);
    }
    const data = decodeStream(stream, this.budget);
    const container = { data, index: readIndex(stream, data) };
    this.containers.set(num, container);
    return container;
  }
}

function readIndex(stream: PdfStream, data: Uint8Array): readonly Packed[] {
  const count = stream.dict.entries.get('N');
  const first = stream.dict.entries.get('First');
  if (
    !isInteger(count) ||
    !isInteger(first) ||
    count < 0 ||
    first < 0 ||
    first > data.length ||
    count > first
  ) {
    throw new PdfError('object', 'an object stream has a bad head');
  }
  const reader = new ValueReader(data, 0, first);
  return Array.from({ length: count }, () => {
    const num = reader.readUnsigned();
    const at = first + reader.readUnsigned();
    if (at >= data.length) throw new PdfError('object', 'an object stream is cut off');
    return { num, at };
  });
}
