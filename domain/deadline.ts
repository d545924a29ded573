const DAY_MS = 24 * 3_600_000;
/** The last that RFC 3339 can write. */
export const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The instant that a deadline means: a date is the end of that day in the time zone (its last second), a
 * date-time is itself. The text has the form of one or the other already.
 */
export function deadlineInstant(text: string, timeZone: string): Date {
  if (!DATE.test(text)) return new Date(text);
  const name = `${text} ${timeZone}`;
  const known = ends.get(name);
  if (known !== undefined) return new Date(known);
  if (ends.size >= MAX_ENDS) ends.clear();
  const end = endOfDay(text, timeZone);
  ends.set(name, end);
  return new Date(end);
}

/** Where a period begins that is bounded by a date or a date-time: with a date, the first instant of that day. */
export function firstInstant(text: string, timeZone: string): Date {
  if (!DATE.test(text)) return new Date(text);
  const before = new Date(Date.parse(`${text}T12:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
  return new Date(deadlineInstant(before, timeZone).getTime() + 1000);
}

/** Where such a period ends: with a date, the last millisecond of that day. */
export function lastInstant(text: string, timeZone: string): Date {
  return DATE.test(text) ? new Date(deadlineInstant(text, timeZone).getTime() + 999) : new Date(text);
}

/** Ends of days that were asked for: the calendar's formatter is slow, and triggers name the same few days. */
const ends = new Map<string, number>();
const MAX_ENDS = 1000;

function endOfDay(text: string, timeZone: string): number {
  const utc = Date.parse(`${text}T23:59:59Z`);
  // The offset may differ on both sides of the guess when the clocks change that night: correct it once.
  const guess = utc - offsetMs(utc, timeZone);
  return Math.min(utc - offsetMs(guess, timeZone), LAST_INSTANT - 999);
}

/** The hour of the day, 0 to 23, that a clock in the zone shows. */
export function hourIn(timeZone: string, at: Date): number {
  const instant = at.getTime();
  return new Date(instant + offsetMs(instant, timeZone)).getUTCHours();
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the zone's clock is ahead of UTC at an instant. */
function offsetMs(instant: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(
    format.formatToParts(instant).map((part) => [part.type, Number(part.value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}
