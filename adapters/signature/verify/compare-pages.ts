import type { PageChar, PageImage, PageReader, PageView } from './page-reader.js';
import type { Reason, ReasonCode } from './reason.js';

/** Half a point: page boxes are written with rounded numbers. */
const SIZE_TOLERANCE = 0.5;
/** Side of the squares in which ink is weighed, in pixels (72 to the inch). */
const TILE = 12;
/** Pixels that differ less are noise of another image compression. */
const NOISE = 40;
/** The sum of differences that one tile may have: about two black pixels. */
const TILE_LIMIT = 600;
/** Under an allowed stamp: ink that no stamp has but writing has, and the share that may be covered. */
const DARK = 200;
const COVERED = 0.35;

/** How page `index` of the signed document differs from the deposited one; nothing when it does not. */
export function comparePage(
  original: PageReader,
  signed: PageReader,
  index: number,
  stamps: readonly string[],
): Reason[] {
  const page = index + 1;
  const reason = (code: ReasonCode, detail: string): Reason[] => [{ code, detail, page }];
  const { view: before, image: a } = original.viewAndImage(index);
  const { view: after, image: b } = signed.viewAndImage(index);
  const sizes = Math.max(Math.abs(before.width - after.width), Math.abs(before.height - after.height));
  if (sizes > SIZE_TOLERANCE) return reason('page-size', `Page ${page} has another size.`);
  if (!sameText(before.chars, after.chars, stamps)) {
    return reason('page-text', `The text of page ${page} is not the deposited one.`);
  }
  if (!sameLook(a, b, maskOf(findStamps(after.chars, stamps), b, after))) {
    return reason('page-image', `Page ${page} does not look like the deposited one.`);
  }
  return [];
}

const compact = (text: string): string => text.replaceAll(/[\s\p{C}]/gu, '');

/** The characters of every occurrence of a stamp. */
function findStamps(chars: readonly PageChar[], stamps: readonly string[]): PageChar[] {
  const text = chars.map((item) => item.char);
  return stamps.map(compact).flatMap((stamp) => {
    const letters = Array.from(stamp);
    const found: PageChar[] = [];
    for (let i = 0; letters.length > 0 && i + letters.length <= text.length; i++) {
      if (letters.every((letter, k) => text[i + k] === letter))
        found.push(...chars.slice(i, i + letters.length));
    }
    return found;
  });
}

/** Whether the characters are the same in the same order once stamps that the original lacks are left out. */
function sameText(
  before: readonly PageChar[],
  after: readonly PageChar[],
  stamps: readonly string[],
): boolean {
  const letters = stamps.map((stamp) => Array.from(compact(stamp))).filter((stamp) => stamp.length > 0);
  let at = 0;
  for (let i = 0; i < after.length;) {
    if (at < before.length && after[i]?.char === before[at]?.char && !startsStamp(i)) {
      i++;
      at++;
      continue;
    }
    const stamp = letters.find((item) => item.every((letter, k) => after[i + k]?.char === letter));
    if (!stamp) return false;
    i += stamp.length;
  }
  return at === before.length;

  /** A stamp begins here and the original does not have the same words at this point. */
  function startsStamp(i: number): boolean {
    const stamp = letters.find((item) => item.every((letter, k) => after[i + k]?.char === letter));
    return stamp !== undefined && !stamp.every((letter, k) => before[at + k]?.char === letter);
  }
}

function maskOf(stamped: readonly PageChar[], image: PageImage, page: PageView): Uint8Array {
  const mask = new Uint8Array(image.width * image.height);
  for (const { box } of stamped) {
    const [left, right, bottom, top] = box;
    const x1 = Math.min(image.width, Math.ceil(right * image.scale) + 3);
    const y1 = Math.min(image.height, Math.ceil((page.height - bottom) * image.scale) + 3);
    for (let y = Math.max(0, Math.floor((page.height - top) * image.scale) - 3); y < y1; y++) {
      mask.fill(
        1,
        y * image.width + Math.max(0, Math.floor(left * image.scale) - 3),
        y * image.width + Math.max(0, x1),
      );
    }
  }
  return mask;
}

function sameLook(a: PageImage, b: PageImage, mask: Uint8Array): boolean {
  if (a.width !== b.width || a.height !== b.height) return false;
  if (Buffer.compare(a.gray, b.gray) === 0) return true;
  for (let y = 0; y < a.height; y += TILE) {
    for (let x = 0; x < a.width; x += TILE) if (!sameTile(a, b, mask, x, y)) return false;
  }
  return true;
}

/** The loop that takes the time: plain arithmetic on local names, no calls. */
function sameTile(a: PageImage, b: PageImage, mask: Uint8Array, x0: number, y0: number): boolean {
  const { width, height, gray: old } = a;
  const { gray: now } = b;
  const xEnd = x0 + TILE < width ? x0 + TILE : width;
  const yEnd = y0 + TILE < height ? y0 + TILE : height;
  let [changed, dark, lost, had] = [0, 0, 0, 0];
  for (let y = y0; y < yEnd; y++) {
    for (let i = y * width + x0; i < y * width + xEnd; i++) {
      const before = 255 - (old[i] as number);
      const more = 255 - (now[i] as number) - before;
      if (mask[i] === 1) {
        had += before;
        if (more < 0) lost -= more;
        else if (before + more > DARK && before < DARK - NOISE) dark += more;
      } else if (more > NOISE) changed += more;
      else if (more < -NOISE) changed -= more;
    }
  }
  return changed <= TILE_LIMIT && dark <= TILE_LIMIT && (lost <= TILE_LIMIT || lost <= had * COVERED);
}
