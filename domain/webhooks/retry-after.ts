import { MAX_RETRY_AFTER_MS } from './schedule.js';

const DELTA_SECONDS = /^\d{1,15}$/;
// IMF-fixdate, and the two obsolete forms a recipient must still accept (RFC 9110, 5.6.7).
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const RFC_850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * Milliseconds that a Retry-After header asks to wait (RFC 9110, 10.2.3), at most 24 hours and at least 0;
 * undefined when there is none or it cannot be read.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim();
  if (text === undefined || text === '') return undefined;
  const waitMs = DELTA_SECONDS.test(text) ? Number(text) * 1_000 : dateMs(text) - nowMs;
  if (Number.isNaN(waitMs)) return undefined;
  return Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS);
}

function dateMs(text: string): number {
  if (IMF_FIXDATE.test(text) || RFC_850.test(text)) return Date.parse(text);
  // asctime carries no zone; HTTP says that it is UTC.
  return ASCTIME.test(text) ? Date.parse(`${text} GMT`) : Number.NaN;
}
