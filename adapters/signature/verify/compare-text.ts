import type { PageChar } from './open-page.js';

const compact = (text: string): string => text.replaceAll(/[\s\p{C}]/gu, '');

/** The letters of each stamp as a page shows them. */
export const lettersOf = (stamps: readonly string[]): string[][] =>
  stamps.map((stamp) => Array.from(compact(stamp))).filter((letters) => letters.length > 0);

/** The characters of every occurrence of a stamp. */
export function findStamps(chars: readonly PageChar[], stamps: readonly string[]): PageChar[] {
  return lettersOf(stamps).flatMap((letters) => {
    const found: PageChar[] = [];
    for (let i = 0; i + letters.length <= chars.length; i++) {
      if (startsWith(chars, i, letters)) found.push(...chars.slice(i, i + letters.length));
    }
    return found;
  });
}

const startsWith = (chars: readonly PageChar[], at: number, letters: readonly string[]): boolean =>
  letters.every((letter, k) => chars[at + k]?.char === letter);

/** Whether the characters are the same in the same order once stamps that the original lacks are left out. */
export function sameText(
  before: readonly PageChar[],
  after: readonly PageChar[],
  stamps: readonly string[],
): boolean {
  const letters = lettersOf(stamps);
  let at = 0;
  for (let i = 0; i < after.length;) {
    if (at < before.length && after[i]?.char === before[at]?.char && !startsStamp(i)) {
      i++;
      at++;
      continue;
    }
    const stamp = letters.find((item) => startsWith(after, i, item));
    if (!stamp) return false;
    i += stamp.length;
  }
  return at === before.length;

  /** A stamp begins here and the original does not have the same words at this point. */
  function startsStamp(i: number): boolean {
    const stamp = letters.find((item) => startsWith(after, i, item));
    return stamp !== undefined && !startsWith(before, at, stamp);
  }
}
