import { z } from 'zod';
import { LAST_INSTANT } from '../deadline.js';

const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const OUTSIDE = 'lies outside of the years 1 to 9999';

/** With an offset a date-time of four digits may be of year 0 or 10000, which RFC 3339 and PostgreSQL can't write. */
function isWritable(text: string): boolean {
  const instant = Date.parse(text);
  return !(instant < FIRST_INSTANT || instant > LAST_INSTANT);
}

/** An instant: RFC 3339, any offset. */
export const instant = z.iso.datetime({ offset: true }).refine(isWritable, OUTSIDE);

/** A day or an instant. */
export const dayOrInstant = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], 'is neither a date nor a date-time with an offset')
  .refine(isWritable, OUTSIDE);
