import {
  isArray,
  isDict,
  isInteger,
  nameOf,
  sameValue,
  type PdfDict,
  type PdfSnapshot,
  type PdfValue,
} from '../../../pdf/index.js';
import type { Role } from './reachable.js';
import { Refusal, type ReasonCode } from './reason.js';

export interface Change {
  readonly old: PdfSnapshot;
  readonly now: PdfSnapshot;
  /** Only document timestamps may be added (DocMDP, P=1). */
  readonly strict: boolean;
}

const EMPTY: PdfDict = { kind: 'dict', entries: new Map() };
const CODES: Record<Role, ReasonCode> = {
  catalog: 'modified-catalog',
  form: 'modified-form',
  fields: 'modified-form',
  page: 'modified-page',
  annotations: 'modified-annotations',
  'empty-field': 'modified-form',
};

/** Refuses a change of an object in that role beyond what adding a signature needs. */
export function checkAllowedChange(role: Role, before: PdfValue, after: PdfValue, change: Change): void {
  const fail = (what: string): never => {
    throw new Refusal(CODES[role], `${what} after signing.`);
  };
  if (role === 'fields' || role === 'annotations') return checkAdded(role, before, after, change);
  if (!isDict(before) || !isDict(after)) return fail('A part of the document was replaced');
  for (const key of new Set([...before.entries.keys(), ...after.entries.keys()])) {
    const [a, b] = [before.entries.get(key), after.entries.get(key)];
    if (sameValue(a, b) || isFree(role, key, a, b)) continue;
    if (role === 'catalog' && key === 'AcroForm') checkForm(a, b, change);
    else if (role === 'form' && key === 'Fields') checkAdded('fields', a, b, change);
    else if (role === 'page' && key === 'Annots') checkAdded('annotations', a, b, change);
    else fail(`/${key} of the ${role} was changed`);
  }
  if (role === 'empty-field') checkSigned(after, change);
}

/** Entries that draw nothing, or that only a field being signed can use. */
function isFree(role: Role, key: string, before: PdfValue | undefined, after: PdfValue | undefined): boolean {
  if (role === 'catalog')
    return ['DSS', 'Extensions', 'Metadata', 'Version'].includes(key) && after !== undefined;
  if (role === 'form')
    return (key === 'SigFlags' && isInteger(after)) || (['DR', 'DA'].includes(key) && before === undefined);
  return role === 'empty-field' && (key === 'AP' || (key === 'V' && before === undefined));
}

function checkForm(before: PdfValue | undefined, after: PdfValue | undefined, change: Change): void {
  const old = before === undefined ? EMPTY : change.old.resolve(before);
  checkAllowedChange('form', old, change.now.resolve(after), change);
}

function checkAdded(
  role: 'fields' | 'annotations',
  before: PdfValue | undefined,
  after: PdfValue | undefined,
  change: Change,
): void {
  const old = before === undefined ? [] : change.old.resolve(before);
  const now = change.now.resolve(after);
  const kept = isArray(old) && isArray(now) && old.every((item, i) => sameValue(item, now[i]));
  if (!kept) throw new Refusal(CODES[role], `The ${role} were changed after signing.`);
  for (const item of now.slice(old.length)) {
    const added = change.now.resolve(item);
    if (!isDict(added)) throw new Refusal(CODES[role], `Something was added to the ${role} after signing.`);
    if (role === 'fields' || nameOf(added.entries.get('Subtype')) === 'Widget') checkSigned(added, change);
    else throw new Refusal('modified-annotations', 'An annotation was added after signing.');
  }
}

/** Refuses a field that is no signature, or one that is unsigned: it could be drawn over what was signed. */
function checkSigned(field: PdfDict, { now, strict }: Change): void {
  const own =
    field.entries.has('FT') || !field.entries.has('Parent')
      ? field
      : now.resolve(field.entries.get('Parent'));
  const value = isDict(own) ? now.resolve(own.entries.get('V')) : null;
  if (!isDict(own) || nameOf(now.resolve(own.entries.get('FT'))) !== 'Sig' || !isDict(value)) {
    throw new Refusal('modified-annotations', 'A field that is no signature was added after signing.');
  }
  if (strict && nameOf(value.entries.get('Type')) !== 'DocTimeStamp') {
    throw new Refusal(
      'modification-forbidden',
      'A signature was added that the first signature forbids (DocMDP).',
    );
  }
}
