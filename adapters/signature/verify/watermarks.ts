import { leavesLegible, sameLook, sameLookBeside } from './compare-looks.js';
import type { OpenPage, PageImage, PageObject } from './open-page.js';
import type { Reason } from './reason.js';

/** Things that one watermark may be drawn with on a page. */
const PARTS_LIMIT = 40;

export interface Question {
  /** The deposited page and how many things are drawn on it. */
  readonly image: PageImage;
  readonly objects: number;
  /** The signed page as it is. */
  readonly shown: PageImage;
  /** What was found to be an allowed stamp already, and where its letters are; left out of the drawing. */
  readonly stamps: { readonly drawnBy: readonly PageObject[]; readonly mask: Uint8Array };
}

/** Watermarks that are no text, over the pages of one document (docs/decisions/0070). */
export interface Watermarks {
  /** Whether the page is the deposited one but for a watermark, the same as on the pages before. */
  explain: (open: OpenPage, question: Question) => boolean;
  /** Takes down that a page bears none; always true. */
  note: (none: null) => true;
  /** Why the document as a whole is refused. */
  faults: () => Reason[];
}

/**
 * A watermark is what was drawn before or after all that was deposited, no text, and with it left out the page is the
 * deposited one; it is pale and translucent everywhere, and looks the same on every page of a size.
 */
export function createWatermarks(): Watermarks {
  const looks = new Map<string, PageImage>();
  let [bearing, bare] = [0, 0];
  return {
    explain(open, question) {
      const parts = findParts(open, question);
      if (
        parts === null ||
        !isStampOnly(open, question) ||
        !leavesLegible(question.image, question.shown, { onBlank: 'pale' })
      )
        return false;
      bearing += 1;
      return isSameAsBefore(looks, lookOf(open, parts));
    },
    note() {
      bare += 1;
      return true;
    },
    faults: () =>
      bearing > 0 && bare > 0
        ? [{ code: 'page-image', detail: 'Some pages bear a watermark and others do not.' }]
        : [],
  };
}

/** Whether what draws the stamps draws nothing beside their letters, while the watermark is left out. */
function isStampOnly(open: OpenPage, { image, stamps: { drawnBy, mask } }: Question): boolean {
  drawnBy.forEach((object) => open.show(object, true));
  return drawnBy.length === 0 || sameLookBeside(image, open.image(), mask);
}

/** The last or the first things on the page, if it is the deposited one without them. */
function findParts(open: OpenPage, { image, objects, stamps: { drawnBy } }: Question): PageObject[] | null {
  const stamps = new Set(drawnBy);
  const all = open.objects().filter((object) => !stamps.has(object));
  const count = all.length - objects;
  if (count < 1 || count > PARTS_LIMIT) return null;
  for (const parts of [all.slice(-count), all.slice(0, count)]) {
    if (parts.some((object) => open.isText(object))) continue;
    parts.forEach((object) => open.show(object, false));
    if (sameLook(image, open.image())) return parts;
    parts.forEach((object) => open.show(object, true));
  }
  return null;
}

/** The watermark alone. */
function lookOf(open: OpenPage, parts: readonly PageObject[]): PageImage {
  for (const object of open.objects()) open.show(object, parts.includes(object));
  return open.image();
}

function isSameAsBefore(looks: Map<string, PageImage>, look: PageImage): boolean {
  const size = `${look.width}x${look.height}`;
  const before = looks.get(size);
  if (before === undefined) looks.set(size, look);
  return before === undefined || sameLook(before, look);
}
