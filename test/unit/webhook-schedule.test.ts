import * as fc from 'fast-check';
import { ATTEMPT_DELAYS_MS, JITTER, MAX_RETRY_AFTER_MS, nextDelay } from '../../domain/webhooks/schedule.js';
import { parseRetryAfter } from '../../domain/webhooks/retry-after.js';

const HOUR = 3_600_000;
const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const attempt = fc.integer({ min: 0, max: ATTEMPT_DELAYS_MS.length - 1 });

test('the delays are those of Standard Webhooks: ten attempts in 75 h 35 min 5 s', () => {
  expect(ATTEMPT_DELAYS_MS).toHaveLength(10);
  expect(ATTEMPT_DELAYS_MS.reduce((sum, delay) => sum + delay, 0)).toBe(75 * HOUR + 35 * 60_000 + 5_000);
});

test('the first attempt is made at once, whatever chance says', () => {
  fc.assert(fc.property(fraction, (value) => nextDelay(0, { random: () => value }) === 0));
});

test('every delay is within a fifth of the schedule', () => {
  fc.assert(
    fc.property(attempt, fraction, (made, value) => {
      const delay = nextDelay(made, { random: () => value });
      const planned = ATTEMPT_DELAYS_MS[made] ?? 0;
      expect(delay).toBeGreaterThanOrEqual(planned * (1 - JITTER));
      expect(delay).toBeLessThanOrEqual(Math.ceil(planned * (1 + JITTER)));
    }),
  );
});

test('no attempt comes before the time that Retry-After names, up to 24 hours', () => {
  fc.assert(
    fc.property(attempt, fraction, fc.integer({ min: 0, max: 100 * HOUR }), (made, value, retryAfterMs) => {
      const delay = nextDelay(made, { retryAfterMs, random: () => value });
      const bounded = Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
      const planned = ATTEMPT_DELAYS_MS[made] ?? 0;
      expect(delay).toBeGreaterThanOrEqual(bounded);
      expect(delay).toBeLessThanOrEqual(Math.ceil(Math.max(planned, bounded) * (1 + JITTER)));
    }),
  );
});

test('Retry-After never brings an attempt forward', () => {
  fc.assert(
    fc.property(attempt, fraction, fc.integer({ min: 0, max: HOUR }), (made, value, retryAfterMs) => {
      const without = nextDelay(made, { random: () => value }) ?? 0;
      expect(nextDelay(made, { retryAfterMs, random: () => value })).toBeGreaterThanOrEqual(without);
    }),
  );
});

test('after ten attempts the schedule is over, even if the receiver asks for more', () => {
  expect(nextDelay(10, { random: () => 0.5 })).toBeNull();
  expect(nextDelay(10, { retryAfterMs: 1_000, random: () => 0.5 })).toBeNull();
  expect(nextDelay(500, { random: () => 0.5 })).toBeNull();
});

test('a senseless Retry-After counts as none', () => {
  for (const retryAfterMs of [Number.NaN, -5, 0, undefined]) {
    expect(nextDelay(1, { retryAfterMs, random: () => 0.5 })).toBe(5_000);
  }
});

const now = Date.UTC(2026, 10, 22, 12, 0, 0);

test.each([
  ['120', 120_000],
  [' 7 ', 7_000],
  ['0', 0],
  ['999999999', 24 * HOUR],
  ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
  ['Sunday, 22-Nov-26 12:01:00 GMT', 60_000],
  ['Sun Nov 22 12:00:05 2026', 5_000],
  ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ['Fri, 22 Nov 2126 12:00:00 GMT', 24 * HOUR],
])('Retry-After %j asks for %d ms', (value, expected) => {
  expect(parseRetryAfter(value, now)).toBe(expected);
});

test.each([
  undefined,
  '',
  'soon',
  '-5',
  '1.5',
  '1e3',
  '0x10',
  '2026-11-22',
  'Sun, 99 Nov 2026 12:00:30 GMT',
  '5, 6',
])('Retry-After %j asks for nothing', (value) => {
  expect(parseRetryAfter(value, now)).toBeUndefined();
});

test('whatever a receiver writes there, the result is between 0 and 24 hours or nothing', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const wait = parseRetryAfter(value, now);
      expect(wait === undefined || (wait >= 0 && wait <= 24 * HOUR)).toBe(true);
    }),
  );
});
