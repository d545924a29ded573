import { degrees, PdfDict, rgb, Standard14Font, StandardFonts } from '@libpdf/core';
import type { PDF, PDFPage } from '@libpdf/core';

/** Exactly this word: verifiers are told which stamps to expect on deposited pages. */
const WATERMARK = 'TEST';

/** Pale and translucent, so that what lies below stays readable. */
const LOOK = { color: rgb(0.8, 0.1, 0.1), opacity: 0.14, font: StandardFonts.HelveticaBold };

/** Draws TEST across every page, along the diagonal as a reader sees it. */
export function stampEveryPage(pdf: PDF): void {
  for (const page of pdf.getPages()) {
    ownResources(pdf, page);
    stamp(page);
  }
}

function stamp(page: PDFPage): void {
  const box = page.getCropBox();
  const diagonal = Math.hypot(box.width, box.height);
  const font = Standard14Font.of(LOOK.font);
  const size = (diagonal * 0.5) / font.widthOfTextAtSize(WATERMARK, 1);
  const slope = (Math.atan2(box.height, box.width) * 180) / Math.PI;
  // On a page turned by 90° or 270° the other diagonal is the one that rises for the reader.
  const angle = page.rotation % 180 === 0 ? slope + page.rotation : 180 - slope + page.rotation - 90;
  const turn = (angle * Math.PI) / 180;
  const [along, up] = [(diagonal * 0.5) / 2, size * 0.36];
  page.drawText(WATERMARK, {
    ...LOOK,
    size,
    x: box.x + box.width / 2 - along * Math.cos(turn) + up * Math.sin(turn),
    y: box.y + box.height / 2 - along * Math.sin(turn) - up * Math.cos(turn),
    rotate: degrees(angle),
  });
}

/**
 * Resources may be inherited from the page tree; the library would give the page an empty dictionary of its own
 * and so lose them. The page gets a copy first.
 */
function ownResources(pdf: PDF, page: PDFPage): void {
  const resolve = (ref: Parameters<PDF['getObject']>[0]): ReturnType<PDF['getObject']> => pdf.getObject(ref);
  let node: PdfDict | undefined = page.dict;
  for (let depth = 0; node !== undefined && depth < 64; depth += 1) {
    const resources = node.getDict('Resources', resolve);
    if (resources !== undefined) {
      if (node !== page.dict) page.dict.set('Resources', copyResources(resources, resolve));
      return;
    }
    node = node.getDict('Parent', resolve);
  }
}

/** Copies two levels deep: the library adds fonts and graphics states to the categories in place. */
function copyResources(source: PdfDict, resolve: Parameters<PdfDict['getDict']>[1]): PdfDict {
  const copy = new PdfDict();
  for (const key of source.keys()) {
    const value = source.get(key.value);
    const category = source.getDict(key.value, resolve);
    if (category !== undefined) copy.set(key, new PdfDict(category));
    else if (value !== undefined) copy.set(key, value);
  }
  return copy;
}
