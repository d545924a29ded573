import { nameOf, PdfError, type PdfDict, type PdfSnapshot, type PdfValue } from '../../../pdf/index.js';
import { walk } from './walk.js';

/** Actions that do something or lead out of the document (ISO 32000-2, table 201); jumps within it are harmless. */
const ACTS = new Set([
  'JavaScript',
  'Launch',
  'SubmitForm',
  'ImportData',
  'ResetForm',
  'GoToE',
  'GoToR',
  'Hide',
  'SetOCGState',
  'Rendition',
  'Movie',
  'Sound',
  'RichMediaExecute',
]);

/** How many there are of each kind. */
export interface Acts {
  /** Actions, forms by XFA, and what cannot be read, which could be either. */
  readonly active: ReadonlyMap<string, number>;
  /** Attached files, and collections that show them in the place of the pages. */
  readonly carried: ReadonlyMap<string, number>;
}

/** Everything in a document that acts by itself or when it is touched, and what it carries beside its pages. */
export function findActs(snapshot: PdfSnapshot): Acts {
  const [active, carried] = [new Map<string, number>(), new Map<string, number>()];
  walk(snapshot, [snapshot.trailer.entries.get('Root') ?? null], {
    dict({ entries }) {
      const kind = actOf(snapshot, entries);
      if (kind !== undefined) add(active, kind);
      if (entries.has('XFA')) add(active, 'XFA');
      if (entries.has('EF')) add(carried, 'attached file');
      if (entries.has('Collection')) add(carried, 'collection');
    },
    damaged: () => add(active, 'damaged object'),
  });
  return { active, carried };
}

const add = (kinds: Map<string, number>, kind: string): void =>
  void kinds.set(kind, (kinds.get(kind) ?? 0) + 1);

function actOf(snapshot: PdfSnapshot, entries: PdfDict['entries']): string | undefined {
  const kind = nameOf(resolved(snapshot, entries.get('S')));
  if (kind !== undefined && ACTS.has(kind)) return kind;
  return entries.has('JS') ? 'JavaScript' : undefined;
}

function resolved(snapshot: PdfSnapshot, value: PdfValue | undefined): PdfValue {
  try {
    return snapshot.resolve(value);
  } catch (error) {
    if (error instanceof PdfError) return null;
    throw error;
  }
}
