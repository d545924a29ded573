/** The eight PDF object types plus references (ISO 32000-1, 7.3). Positions are byte offsets in the file. */
export interface PdfName {
  readonly kind: 'name';
  readonly name: string;
}

export interface PdfString {
  readonly kind: 'string';
  readonly bytes: Uint8Array;
  readonly hex: boolean;
  /** Offset of the opening delimiter and of the byte after the closing one. */
  readonly start: number;
  readonly end: number;
}

export interface PdfRef {
  readonly kind: 'ref';
  readonly num: number;
  readonly gen: number;
}

export interface PdfDict {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<string, PdfValue>;
}

export interface PdfStream {
  readonly kind: 'stream';
  readonly dict: PdfDict;
  readonly raw: Uint8Array;
}

export type PdfValue =
  null | boolean | number | PdfName | PdfString | PdfRef | PdfDict | PdfStream | readonly PdfValue[];

export const isArray = (value: PdfValue | undefined): value is readonly PdfValue[] => Array.isArray(value);

const hasKind = (value: PdfValue | undefined, kind: string): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;

export const isDict = (value: PdfValue | undefined): value is PdfDict => hasKind(value, 'dict');
export const isStream = (value: PdfValue | undefined): value is PdfStream => hasKind(value, 'stream');
export const isRef = (value: PdfValue | undefined): value is PdfRef => hasKind(value, 'ref');
export const isString = (value: PdfValue | undefined): value is PdfString => hasKind(value, 'string');

/** The text of a name, or undefined when the value is anything else. */
export const nameOf = (value: PdfValue | undefined): string | undefined =>
  hasKind(value, 'name') ? (value as PdfName).name : undefined;

export const isInteger = (value: PdfValue | undefined): value is number => Number.isSafeInteger(value);

/** True when both are written the same, object numbers included; nothing is resolved. */
export function sameValue(a: PdfValue | undefined, b: PdfValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isArray(a) || isArray(b)) {
    return isArray(a) && isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  }
  if (a.kind !== b.kind) return false;
  if (a.kind === 'name') return a.name === nameOf(b);
  if (a.kind === 'ref') return isRef(b) && a.num === b.num && a.gen === b.gen;
  if (a.kind === 'string') return isString(b) && Buffer.compare(a.bytes, b.bytes) === 0;
  if (a.kind === 'dict') return isDict(b) && sameDict(a, b);
  return isStream(b) && sameDict(a.dict, b.dict) && Buffer.compare(a.raw, b.raw) === 0;
}

function sameDict(a: PdfDict, b: PdfDict): boolean {
  if (a.entries.size !== b.entries.size) return false;
  for (const [key, value] of a.entries) {
    if (!b.entries.has(key) || !sameValue(value, b.entries.get(key))) return false;
  }
  return true;
}
