import type { Reason } from './reason.js';

/** One spelling for what is written in several ways: ligatures, case, apostrophes, hyphens, white space. */
export function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\u2018\u2019\u02BC]/g, "'")
    .replaceAll('\u0002', '-')
    .replaceAll(/[\u00AD\u2010-\u2015\u2212\uFFFE]/g, '-')
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim();
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether `wanted` stands in the normalised `text` as whole words, however lines and words are broken there. */
export function isNamed(text: string, wanted: string): boolean {
  const letters = Array.from(normalise(wanted).replaceAll(/[ -]/g, ''));
  if (letters.length === 0) return false;
  const pattern = letters.map(escape).join('[ -]*');
  return new RegExp(`(?<![\\p{L}\\p{N}])${pattern}(?![\\p{L}\\p{N}])`, 'u').test(text);
}

/** Whether a full name stands in the normalised `text`, in either order: `Camille Dubois`, `DUBOIS Camille`. */
export function isPersonNamed(text: string, name: string): boolean {
  const words = normalise(name).split(' ').filter(Boolean);
  return words.some((_, i) => isNamed(text, [...words.slice(i), ...words.slice(0, i)].join(' ')));
}

/** Which names and texts are missing from `text`, the plain text of the pages where they must stand. */
export function checkNames(text: string, names: readonly string[], texts: readonly string[]): Reason[] {
  const found = normalise(text);
  return [
    ...names.flatMap((name, i) =>
      isPersonNamed(found, name) ? [] : [missing('signatory-missing', 'signatory', i)],
    ),
    ...texts.flatMap((wanted, i) => (isNamed(found, wanted) ? [] : [missing('text-missing', 'text', i)])),
  ];
}

/** Names are personal data and reports travel: a reason says which one by its place, not what it is. */
const missing = (code: 'signatory-missing' | 'text-missing', what: string, index: number): Reason => ({
  code,
  detail: `The expected ${what} number ${index + 1} is not named in the document.`,
});
