import type { Box, PageImage, PageView } from './open-page.js';

/** Side of the squares in which small differences are summed, in pixels (72 to the inch). */
const TILE = 12;
/** Pixels that differ less are noise of rounded numbers or of another image compression. */
const NOISE = 16;
/** The sum of differences that one square may have: less than a decimal point of 8 point type. */
const TILE_LIMIT = 96;
/** A stamp is pale: it adds at most this much ink (of 255) … */
const PALE = 128;
/** … and what lies below keeps at least so much of its own. */
const KEPT = 0.65;

/** Whether two images of a page show the same. */
export function sameLook(a: PageImage, b: PageImage): boolean {
  return compare(a, b, null) !== null;
}

/** Whether two images of a page show the same but within `mask`, where nothing of `a` may be taken away. */
export function sameLookBeside(a: PageImage, b: PageImage, mask: Uint8Array): boolean {
  return compare(a, b, mask) !== null;
}

/** Whether `b` is `a` with something pale and translucent over it, in one tone, within `mask` only. */
export function isPalelyStamped(a: PageImage, b: PageImage, mask: Uint8Array): boolean {
  const found = compare(a, b, mask);
  if (found === null) return false;
  const limit = Math.min(PALE, toneOf(found.onWhite) + NOISE);
  return found.mostAdded <= limit;
}

/** Whether what was laid over `a` leaves all that was on it legible: nothing covered, and near it nothing dark added. */
export function leavesLegible(
  a: PageImage,
  b: PageImage,
  { onBlank }: { onBlank: 'pale' | 'anything' },
): boolean {
  const inked = onBlank === 'anything' ? inkedTiles(a) : null;
  const columns = Math.ceil(a.width / TILE);
  for (let i = 0; i < a.gray.length; i++) {
    const added = (a.gray[i] as number) - (b.gray[i] as number);
    if (added === 0) continue;
    if (added < 0 && !isKept(255 - (a.gray[i] as number), -added)) return false;
    if (added <= PALE) continue;
    const [x, y] = [i % a.width, Math.floor(i / a.width)];
    if (inked === null || isNear(inked, columns, Math.floor(x / TILE), Math.floor(y / TILE))) return false;
  }
  return true;
}

interface Added {
  readonly mostAdded: number;
  /** How many pixels that were white gained so much ink, by amount. */
  readonly onWhite: Uint32Array;
}

/** Null when something differs that no pale stamp within the mask explains. The loop that takes the time. */
function compare(a: PageImage, b: PageImage, mask: Uint8Array | null): Added | null {
  const { width, height, gray: old } = a;
  const now = b.gray;
  if (width !== b.width || height !== b.height) return null;
  const columns = Math.ceil(width / TILE);
  const tiles = new Uint16Array(columns * Math.ceil(height / TILE));
  const onWhite = new Uint32Array(256);
  let mostAdded = 0;
  for (let i = 0; i < old.length; i++) {
    if (old[i] === now[i]) continue;
    const before = old[i] as number;
    const added = before - (now[i] as number);
    if (mask !== null && mask[i] === 1) {
      if (added < 0 && !isKept(255 - before, -added)) return null;
      if (added > mostAdded) mostAdded = added;
      if (added > 0 && before > 250) onWhite[added]!++;
      continue;
    }
    const size = added < 0 ? -added : added;
    if (size <= NOISE) continue;
    const tile = Math.floor(i / width / TILE) * columns + Math.floor((i % width) / TILE);
    tiles[tile]! += size;
    if ((tiles[tile] as number) > TILE_LIMIT) return null;
  }
  return { mostAdded, onWhite };
}

const isKept = (ink: number, lost: number): boolean => lost <= ink * (1 - KEPT) + NOISE;

/** The darkest tone that a fair part of a stamp has: a few darker pixels are something else. */
function toneOf(onWhite: Uint32Array): number {
  const all = onWhite.reduce((sum, count) => sum + count, 0);
  for (let tone = 255; tone > 0; tone--) {
    const alike = onWhite.subarray(Math.max(1, tone - 7), tone + 1).reduce((sum, count) => sum + count, 0);
    if (alike >= Math.max(8, all / 50)) return tone;
  }
  return 0;
}

function inkedTiles({ width, height, gray }: PageImage): Uint8Array {
  const columns = Math.ceil(width / TILE);
  const inked = new Uint8Array(columns * Math.ceil(height / TILE));
  for (let i = 0; i < gray.length; i++) {
    if ((gray[i] as number) < 255 - 2 * NOISE)
      inked[Math.floor(i / width / TILE) * columns + Math.floor((i % width) / TILE)] = 1;
  }
  return inked;
}

/** Whether there is ink in a tile or one beside it. */
function isNear(inked: Uint8Array, columns: number, column: number, row: number): boolean {
  for (let y = row - 1; y <= row + 1; y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++)
      if (inked[y * columns + x] === 1) return true;
  }
  return false;
}

/** The pixels of some boxes, with a rim for their edges. */
export function maskOf(boxes: readonly Box[], image: PageImage, page: PageView): Uint8Array {
  const mask = new Uint8Array(image.width * image.height);
  for (const [left, right, bottom, top] of boxes) {
    const x0 = Math.max(0, Math.floor(left * image.scale) - 3);
    const x1 = Math.min(image.width, Math.ceil(right * image.scale) + 3);
    const y1 = Math.min(image.height, Math.ceil((page.height - bottom) * image.scale) + 3);
    for (let y = Math.max(0, Math.floor((page.height - top) * image.scale) - 3); y < y1; y++)
      mask.fill(1, y * image.width + x0, y * image.width + Math.max(x0, x1));
  }
  return mask;
}
