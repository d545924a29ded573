import { isPalelyStamped, leavesLegible, maskOf, sameLook, sameLookBeside } from './compare-looks.js';
import { findStamps, sameText } from './compare-text.js';
import type { OpenPage, PageImage, PageView } from './open-page.js';
import type { PageReader } from './page-reader.js';
import type { Reason, ReasonCode } from './reason.js';
import type { Watermarks } from './watermarks.js';

/** Half a point: page boxes are written with rounded numbers. */
const SIZE_TOLERANCE = 0.5;

/** What a deposited page may gain. */
export interface AllowedAdditions {
  /** Texts. */
  readonly stamps: readonly string[];
  /** A pale image, form or drawing, the same on each page; null: none. */
  readonly watermarks: Watermarks | null;
}

/** How page `index` of the signed document differs from the deposited one; nothing when it does not. */
export function comparePage(
  original: PageReader,
  signed: PageReader,
  index: number,
  allowed: AllowedAdditions,
): Reason[] {
  const page = index + 1;
  const reason = (code: ReasonCode, detail: string): Reason[] => [{ code, detail, page }];
  const before = original.withPage(index, (open) => ({
    view: open.view(),
    image: open.image(),
    objects: open.objects().length,
  }));
  return signed.withPage(index, (open) => {
    const after = open.view();
    const { width, height, chars } = before.view;
    if (Math.max(Math.abs(width - after.width), Math.abs(height - after.height)) > SIZE_TOLERANCE)
      return reason('page-size', `Page ${page} has another size.`);
    if (!sameText(chars, after.chars, allowed.stamps))
      return reason('page-text', `The text of page ${page} is not the deposited one.`);
    if (!isAsDeposited(before, open, after, allowed))
      return reason('page-image', `Page ${page} does not look like the deposited one.`);
    return [];
  });
}

interface Deposited {
  readonly image: PageImage;
  /** How many things are drawn on the page. */
  readonly objects: number;
}

/**
 * Whether the page shows what was deposited. Mostly it does but for a pale stamp where the stamp's letters are; else
 * it has to be just the deposited one with the stamp left out, and the stamp may cover nothing.
 */
function isAsDeposited(
  { image, objects }: Deposited,
  open: OpenPage,
  view: PageView,
  { stamps, watermarks }: AllowedAdditions,
): boolean {
  const shown = open.image();
  const stamped = findStamps(view.chars, stamps);
  const boxes = stamped.map(({ index }) => open.boxOf(index));
  const mask = maskOf(boxes, shown, view);
  const plain = stamped.length === 0 ? sameLook(image, shown) : isPalelyStamped(image, shown, mask);
  if (plain) return watermarks?.note(null) ?? true;
  const own = stampObjects(open, view, new Set(stamped.map((char) => char.index)));
  own.forEach((object) => open.show(object, false));
  if (own.length > 0 && sameLook(image, open.image())) {
    watermarks?.note(null);
    // Letters that nobody can read as text (private ones, say) could stand beside those of the stamp.
    return sameLookBeside(image, shown, mask) && leavesLegible(image, shown, { onBlank: 'anything' });
  }
  return watermarks?.explain(open, { image, objects, shown, stamps: { drawnBy: own, mask } }) ?? false;
}

/** The text objects that draw a stamp and nothing else. */
function stampObjects(open: OpenPage, view: PageView, stamped: ReadonlySet<number>): number[] {
  if (stamped.size === 0) return [];
  const own = new Set([...stamped].map((index) => open.objectOf(index)));
  for (const { index } of view.chars) if (!stamped.has(index)) own.delete(open.objectOf(index));
  return [...own];
}
