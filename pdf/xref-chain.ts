import type { InflateBudget } from './decode-stream.js';
import { PdfError } from './pdf-error.js';
import { isInteger } from './pdf-value.js';
import { FREE, type XrefEntry } from './xref-entry.js';
import { readXrefSection, type XrefSection } from './xref-section.js';

/** Cross-reference sections that one file may have: more signatures than this no contract bears. */
const SECTION_LIMIT = 400;
const SECTION_ENTRIES_LIMIT = 1_000_000;

/** Follows /Prev from `offset`: newest section first. Throws `xref` for a loop. */
export function readXrefChain(
  bytes: Uint8Array,
  offset: number,
  end: number,
  budget: InflateBudget,
): XrefSection[] {
  const sections: XrefSection[] = [];
  const seen = new Set<number>();
  let entries = 0;
  for (let at: number | undefined = offset; at !== undefined;) {
    if (seen.has(at)) throw new PdfError('xref', 'the cross-reference sections form a loop', at);
    seen.add(at);
    const section: XrefSection = readXrefSection(bytes, at, end, budget);
    sections.push(section);
    entries += section.entries.size + (section.hybrid?.size ?? 0);
    if (sections.length > SECTION_LIMIT || entries > SECTION_ENTRIES_LIMIT) {
      throw new PdfError('too_complex', 'there are too many revisions', at);
    }
    at = previous(section, end);
  }
  return sections;
}

function previous(section: XrefSection, end: number): number | undefined {
  const prev = section.trailer.entries.get('Prev');
  if (prev === undefined) return undefined;
  if (!isInteger(prev) || prev < 0 || prev >= end) throw new PdfError('xref', 'a bad Prev', section.offset);
  return prev;
}

/** Where object `num` lies for sections given newest first; free when none names it. */
export function findEntry(sections: readonly XrefSection[], num: number): XrefEntry {
  for (const section of sections) {
    const own = section.entries.get(num);
    if (own !== undefined && own.type !== 'free') return own;
    const hidden = section.hybrid?.get(num);
    if (hidden !== undefined) return hidden;
    if (own !== undefined) return own;
  }
  return FREE;
}
