import type { PdfFile } from '../../../pdf/index.js';
import { checkAdditions } from './check-additions.js';
import { checkNames } from './check-names.js';
import type { Trail } from './check-trail.js';
import { checkTrailPage } from './check-trail-page.js';
import { comparePage } from './compare-pages.js';
import { openPages, type PageReader } from './page-reader.js';
import { Refusal, type Reason } from './reason.js';
import { createWatermarks } from './watermarks.js';

export interface ContentExpectations {
  /** The deposited PDF: its pages must be the first pages, unchanged but for allowed stamps. */
  readonly original?: Uint8Array;
  /** Full names that must be named in the document. */
  readonly signatories?: readonly string[];
  /** Other texts that must stand in the document: the contract's label, its id. */
  readonly texts?: readonly string[];
  /** Where names and texts must stand: anywhere, or on the pages that the platform appended. */
  readonly namedOn?: 'document' | 'details';
  /** The platform's audit trail: the details page must not tell another story. */
  readonly trail?: Trail;
  /** Texts that the platform may stamp on a deposited page. */
  readonly allowStamps?: readonly string[];
  /** Whether it may lay a pale image or drawing over them, the same on each: for the sandbox alone. */
  readonly allowWatermark?: boolean;
}

/** Whether the document is the contract that was deposited, and names whom it should. */
export async function checkContent(file: PdfFile, expected: ContentExpectations): Promise<Reason[]> {
  const names = expected.signatories ?? [];
  const texts = expected.texts ?? [];
  if (!expected.original && names.length + texts.length === 0) return [];
  const signed = await openOr('damaged-structure', 'The pages cannot be drawn.', file.bytes);
  try {
    const { reasons, deposited } = await checkOriginal(file, signed, expected);
    if (names.length + texts.length === 0) return reasons;
    const details = textFrom(signed, Math.min(deposited, signed.count));
    const text = expected.namedOn === 'details' ? details : textFrom(signed, 0);
    const story = expected.trail === undefined ? [] : checkTrailPage(details, names, expected.trail);
    return [...reasons, ...checkNames(text, names, texts), ...story];
  } finally {
    signed.close();
  }
}

async function checkOriginal(
  file: PdfFile,
  signed: PageReader,
  { original: bytes, allowStamps: stamps = [], allowWatermark = false }: ContentExpectations,
): Promise<{ reasons: Reason[]; deposited: number }> {
  if (!bytes) return { reasons: [], deposited: Math.max(0, signed.count - 1) };
  const original = await openOr('original-unreadable', 'The deposited document cannot be read.', bytes);
  try {
    const deposited = original.count;
    if (signed.count < deposited) {
      const detail = `The document has ${signed.count} pages; ${deposited} were deposited.`;
      return { reasons: [{ code: 'page-missing', detail }], deposited };
    }
    const reasons = checkAdditions(bytes, file.latest);
    const watermarks = allowWatermark ? createWatermarks() : null;
    for (let i = 0; i < deposited; i++)
      reasons.push(...comparePage(original, signed, i, { stamps, watermarks }));
    return { reasons: [...reasons, ...(watermarks?.faults() ?? [])], deposited };
  } finally {
    original.close();
  }
}

async function openOr(
  code: 'damaged-structure' | 'original-unreadable',
  detail: string,
  bytes: Uint8Array,
): Promise<PageReader> {
  try {
    return await openPages(bytes);
  } catch {
    throw new Refusal(code, detail);
  }
}

function textFrom(reader: PageReader, first: number): string {
  return Array.from({ length: reader.count - first }, (_, i) => reader.view(first + i).text).join('\n');
}
