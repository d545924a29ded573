import {
  isArray,
  isDict,
  isRef,
  isString,
  nameOf,
  type PdfDict,
  type PdfSnapshot,
  type PdfString,
  type PdfValue,
} from '../../../pdf/index.js';
import { Refusal } from './reason.js';

/** A signature field that is signed, as its last revision shows it. */
export interface SignatureField {
  readonly name: string;
  readonly fieldNum: number;
  readonly valueNum: number;
  readonly dict: PdfDict;
  readonly subFilter: string;
  readonly isTimestamp: boolean;
}

const FIELD_LIMIT = 5_000;
const DEPTH_LIMIT = 20;

/** Every signed signature field of the form, in the form's order. */
export function findSignatures(snapshot: PdfSnapshot): SignatureField[] {
  const root = snapshot.resolve(snapshot.trailer.entries.get('Root'));
  const form = isDict(root) ? snapshot.resolve(root.entries.get('AcroForm')) : null;
  if (!isDict(form)) return [];
  const found: SignatureField[] = [];
  const seen = new Set<number>();
  const visit = (ref: PdfValue, parentType: string | undefined, path: string, depth: number): void => {
    if (!isRef(ref) || seen.has(ref.num) || seen.size > FIELD_LIMIT || depth > DEPTH_LIMIT) {
      throw new Refusal('signature-field', 'The form of the document is broken.');
    }
    seen.add(ref.num);
    const field = snapshot.resolve(ref);
    if (!isDict(field)) return;
    const type = nameOf(snapshot.resolve(field.entries.get('FT'))) ?? parentType;
    const name = [path, textOf(snapshot.resolve(field.entries.get('T')))].filter(Boolean).join('.');
    const value = field.entries.get('V');
    if (type === 'Sig' && value !== undefined && snapshot.resolve(value) !== null) {
      found.push(readField(snapshot, name, ref.num, value));
    }
    const kids = snapshot.resolve(field.entries.get('Kids'));
    if (isArray(kids)) for (const kid of kids) visit(kid, type, name, depth + 1);
  };
  const fields = snapshot.resolve(form.entries.get('Fields'));
  if (isArray(fields)) for (const field of fields) visit(field, undefined, '', 0);
  return found;
}

function readField(snapshot: PdfSnapshot, name: string, fieldNum: number, value: PdfValue): SignatureField {
  // A direct value has no object of its own whose bytes could be compared with the byte range.
  if (!isRef(value))
    throw new Refusal('signature-field', `The signature of ${name} is not an object of its own.`);
  const dict = snapshot.resolve(value);
  if (!isDict(dict) || snapshot.entry(value.num).type !== 'offset') {
    throw new Refusal('signature-field', `The signature of ${name} is no dictionary of its own.`);
  }
  const subFilter = nameOf(dict.entries.get('SubFilter')) ?? '';
  return { name, fieldNum, valueNum: value.num, dict, subFilter, isTimestamp: subFilter === 'ETSI.RFC3161' };
}

function textOf(value: PdfValue): string {
  return isString(value) ? decodeText(value) : '';
}

/** A text string: UTF-16 with its mark, else Latin letters (ISO 32000-1, 7.9.2.2). */
function decodeText(value: PdfString): string {
  const bytes = Buffer.from(value.bytes);
  if (bytes[0] !== 0xfe || bytes[1] !== 0xff) return bytes.toString('latin1');
  return new TextDecoder('utf-16be').decode(bytes.subarray(2));
}
