/** A date with a time of day as people write it: the instants it may mean (time zone, order of day and month). */
export type WrittenTime = readonly number[];

const HOUR_MS = 3_600_000;
const TIME = String.raw`(\d{1,2})\s?[:h]\s?(\d{2})(?:\s?[:m]\s?(\d{2}))?(?:[.,]\d+)?\s?s?(?:\s*(am|pm)\b)?`;
const ZONE = String.raw`(?:\s*\(?(z|utc|gmt|cest|cet|[+-]\d{2}:?\d{2})\b)?`;
const BETWEEN = String.raw`(?:\s*t\s*|[\s,]+(?:(?:à|a|at|le)\s+)?)`;
const MONTHS = [
  ['janvier', 'january', 'jan'],
  ['février', 'fevrier', 'february', 'feb'],
  ['mars', 'march', 'mar'],
  ['avril', 'april', 'apr'],
  ['mai', 'may'],
  ['juin', 'june', 'jun'],
  ['juillet', 'july', 'jul'],
  ['août', 'aout', 'august', 'aug'],
  ['septembre', 'september', 'sept', 'sep'],
  ['octobre', 'october', 'oct'],
  ['novembre', 'november', 'nov'],
  ['décembre', 'decembre', 'december', 'dec'],
];
const MONTH = `(${MONTHS.flat().join('|')})`;

type Days = readonly (readonly [year: number, month: number, day: number])[];
const FORMS: readonly {
  readonly pattern: RegExp;
  readonly days: (a: string, b: string, c: string) => Days;
}[] = [
  {
    pattern: new RegExp(String.raw`(?<!\d)(\d{4})-(\d{2})-(\d{2})${BETWEEN}${TIME}${ZONE}`, 'g'),
    days: (a, b, c) => [[+a, +b, +c]],
  },
  {
    pattern: new RegExp(String.raw`(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})${BETWEEN}${TIME}${ZONE}`, 'g'),
    days: (a, b, c) => [
      [+c, +b, +a],
      [+c, +a, +b],
    ],
  },
  {
    pattern: new RegExp(
      String.raw`(?<!\d)(\d{1,2})(?:er|st|nd|rd|th)?\s+${MONTH}\.?,?\s+(\d{4})${BETWEEN}${TIME}${ZONE}`,
      'g',
    ),
    days: (a, b, c) => [[+c, 1 + MONTHS.findIndex((names) => names.includes(b)), +a]],
  },
];

/** Zones that a French platform writes without naming them: UTC, and Paris in winter and in summer. */
const UNNAMED = [0, 1, 2];
const NAMED: Readonly<Record<string, number>> = { z: 0, utc: 0, gmt: 0, cet: 1, cest: 2 };

/** Every date with a time of day in a text of lower case (ISO, day first, months named in French or English). */
export function readDateTimes(text: string): WrittenTime[] {
  return FORMS.flatMap(({ pattern, days }) =>
    [...text.matchAll(pattern)].map(
      ([, a = '', b = '', c = '', hour = '', minute = '', second, half, zone]) => {
        const clock = (+hour % (half === undefined ? 24 : 12)) + (half === 'pm' ? 12 : 0);
        return days(a, b, c).flatMap(([year, month, day]) =>
          offsetsOf(zone).map(
            (hours) => Date.UTC(year, month - 1, day, clock, +minute, +(second ?? 0)) - hours * HOUR_MS,
          ),
        );
      },
    ),
  );
}

function offsetsOf(zone: string | undefined): readonly number[] {
  if (zone === undefined) return UNNAMED;
  const named = NAMED[zone];
  if (named !== undefined) return [named];
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d{2}):?(\d{2})/.exec(zone) ?? [];
  return [(sign === '-' ? -1 : 1) * (+hours + +minutes / 60)];
}
