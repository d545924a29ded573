import { isPersonNamed, normalise } from './check-names.js';
import type { Trail } from './check-trail.js';
import { readDateTimes, type WrittenTime } from './read-date-times.js';
import type { Reason } from './reason.js';

/** People write times to the minute, and a page is made a moment after what it tells. */
const PRECISION_MS = 90_000;

/**
 * Whether the pages of signature details tell the same signing times as the audit trail, where they can be read: a
 * line that names a signatory and a time must give the one of the trail. Where no time on the page is one that the
 * trail has (another way to write dates, another time zone), nothing is concluded.
 * @param text the plain text of those pages; @param names in the order of the trail's signatories
 */
export function checkTrailPage(text: string, names: readonly string[], trail: Trail): Reason[] {
  const lines = text.split(/[\r\n]+/).map((line) => {
    const plain = normalise(line);
    return { plain, times: readDateTimes(plain) };
  });
  const known = trail.entries.map(({ at }) => Date.parse(at));
  const isUnderstood = lines.some(({ times }) => known.some((at) => isAmong(times, at)));
  if (!isUnderstood) return [];
  return trail.signatories.flatMap(({ platformId }, index): Reason[] => {
    const signed = trail.entries
      .filter(({ event, signatoryPlatformId }) => event === 'signed' && signatoryPlatformId === platformId)
      .map(({ at }) => Date.parse(at))
      .filter((at) => !Number.isNaN(at));
    const name = names[index];
    if (name === undefined || signed.length === 0) return [];
    const written = lines.flatMap(({ plain, times }) =>
      times.length > 0 && isPersonNamed(plain, name) ? times : [],
    );
    if (written.length === 0 || signed.some((at) => isAmong(written, at))) return [];
    const detail = `The details page gives another signing time of signatory number ${index + 1} than the audit trail.`;
    return [{ code: 'trail-signing-time', detail }];
  });
}

const isAmong = (times: readonly WrittenTime[], at: number): boolean =>
  times.some((instants) => instants.some((instant) => Math.abs(instant - at) <= PRECISION_MS));
