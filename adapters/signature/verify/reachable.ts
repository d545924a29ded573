import {
  isArray,
  isDict,
  isRef,
  listPages,
  nameOf,
  type PdfDict,
  type PdfRef,
  type PdfSnapshot,
  type PdfValue,
} from '../../../pdf/index.js';
import { Refusal } from './reason.js';
import { walk } from './walk.js';

/** What part an object plays, where that part may be added to after signing. */
export type Role = 'catalog' | 'form' | 'fields' | 'page' | 'annotations' | 'empty-field';

export interface Reachable {
  /** Numbers of every object that can be seen, and of those that are referred to but do not exist. */
  readonly numbers: ReadonlySet<number>;
  readonly roles: ReadonlyMap<number, Role>;
}

/** Validation data and metadata may change: they are judged by themselves, or draw nothing. */
const SKIPPED_IN_CATALOG = new Set(['DSS', 'Metadata', 'Extensions']);

/** Walks everything that a reader can reach from the catalogue. */
export function reachable(snapshot: PdfSnapshot, root: PdfRef): Reachable {
  const catalog = snapshot.resolve(root);
  if (!isDict(catalog)) throw new Refusal('damaged-structure', 'The catalogue is missing.');
  const from = [...catalog.entries].flatMap(([key, value]) => (SKIPPED_IN_CATALOG.has(key) ? [] : [value]));
  const numbers = walk(snapshot, from).add(root.num);
  return { numbers, roles: findRoles(snapshot, root, catalog) };
}

function findRoles(snapshot: PdfSnapshot, root: PdfRef, catalog: PdfDict): Map<number, Role> {
  const roles = new Map<number, Role>();
  const assign = (value: PdfValue | undefined, role: Role): PdfValue => {
    if (isRef(value)) roles.set(value.num, role);
    return snapshot.resolve(value);
  };
  for (const page of listPages(snapshot)) {
    roles.set(page.num, 'page');
    assign(page.dict.entries.get('Annots'), 'annotations');
  }
  const form = assign(catalog.entries.get('AcroForm'), 'form');
  const fields = isDict(form) ? assign(form.entries.get('Fields'), 'fields') : null;
  for (const ref of isArray(fields) ? fields : []) {
    const field = snapshot.resolve(ref);
    if (!isRef(ref) || !isDict(field)) continue;
    const isEmpty = snapshot.resolve(field.entries.get('V')) === null;
    if (nameOf(snapshot.resolve(field.entries.get('FT'))) === 'Sig' && isEmpty)
      roles.set(ref.num, 'empty-field');
  }
  roles.set(root.num, 'catalog');
  return roles;
}
