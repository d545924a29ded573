import { PDF, rgb, StandardFonts } from '@libpdf/core';

/**
 * What the fault interface can do to a sealed file before it is handed out:
 * - `flipped-byte`: one bit inside the signed range, the structure stays sound;
 * - `changed-page`: a later increment that paints over the first page, the signature itself stays intact;
 * - `truncated`: the last third is missing.
 */
export type TamperKind = 'flipped-byte' | 'changed-page' | 'truncated';

/** A tampered copy of a sealed file. Throws when `sealed` carries no signature of this twin. */
export async function tamper(sealed: Uint8Array, kind: TamperKind): Promise<Uint8Array> {
  if (kind === 'flipped-byte') return flipByte(sealed);
  if (kind === 'changed-page') return changePage(sealed);
  return sealed.slice(0, Math.floor((sealed.length * 2) / 3));
}

/** Inside the signature's own reason, which is signed and on which no structure depends. */
function flipByte(sealed: Uint8Array): Uint8Array {
  const copy = Buffer.from(sealed);
  const key = copy.lastIndexOf('/Reason', undefined, 'latin1');
  if (key < 0) throw new Error('The file carries no signature of this twin.');
  // Past the key, the bracket and a byte order mark; the lowest bit keeps both letters and hex digits what they are.
  const target = key + 20;
  copy[target] = (copy[target] ?? 0) ^ 1;
  return new Uint8Array(copy);
}

async function changePage(sealed: Uint8Array): Promise<Uint8Array> {
  const pdf = await PDF.load(sealed);
  const page = pdf.getPage(0);
  if (page === null) throw new Error('The file has no page.');
  page.drawRectangle({ x: 60, y: 380, width: 475, height: 60, color: rgb(1, 1, 1) });
  page.drawText('Article 5 : la rémunération est de 1 euro.', {
    x: 70,
    y: 405,
    size: 12,
    font: StandardFonts.Helvetica,
  });
  return pdf.save({ incremental: true });
}
