import * as fc from 'fast-check';
import { customHeaderFaults } from '../../domain/webhooks/custom-headers.js';
import { DEFAULT_EVENTS, effectiveEvents, matchesEvent, patternFault } from '../../domain/webhooks/filter.js';
import { judgeHealth } from '../../domain/webhooks/health.js';
import { admit, BREAKER_THRESHOLD, CLOSED, recordResult } from '../../domain/webhooks/breaker.js';
import type { Breaker } from '../../domain/webhooks/breaker.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('event filters', () => {
  test.each([
    [['contract.completed'], 'contract.completed', true],
    [['contract.completed'], 'contract.completed_twice', false],
    [['contract.*'], 'contract.signed', true],
    [['contract.*'], 'contractual.signed', false],
    [['contract.*'], 'contract', false],
    [['*'], 'quota.low', true],
    [['signatory.signed', 'quota.*'], 'quota.low', true],
    [[], 'contract.completed', false],
  ])('%j and %s: %s', (events, type, expected) => {
    expect(matchesEvent(events, type)).toBe(expected);
  });

  test('an endpoint that names no events gets the seven outcomes nobody may miss', () => {
    expect(effectiveEvents(undefined)).toEqual(DEFAULT_EVENTS);
    expect(effectiveEvents([])).toHaveLength(7);
    expect(effectiveEvents(['*', '*'])).toEqual(['*']);
  });

  test.each([
    ['*', null],
    ['contract.*', null],
    ['contract.signed', null],
    ['contract.sgned', 'unknown_event'],
    ['nothing.*', 'unknown_event'],
    ['contract*', 'malformed'],
    ['*.signed', 'malformed'],
    ['contract.', 'malformed'],
    ['contract', 'malformed'],
    ['', 'malformed'],
    ['Contract.signed', 'malformed'],
    ['contract.*.signed', 'malformed'],
  ])('the pattern %j: %s', (pattern, expected) => {
    expect(patternFault(pattern, ['contract.signed', 'quota.low'])).toBe(expected);
  });
});

describe('disabling an endpoint that only fails', () => {
  const failing = { firstFailureAt: 0, lastSuccessAt: null, warnedAt: null };

  test('nothing happens in the first four days, then the owner is told, 24 hours before', () => {
    expect(judgeHealth({ ...failing, now: 4 * DAY - 1 })).toEqual({ action: 'none' });
    expect(judgeHealth({ ...failing, now: 4 * DAY })).toEqual({ action: 'warn', disableAt: 5 * DAY });
  });

  test('told once, it is disabled after five days and not before', () => {
    const warned = { ...failing, warnedAt: 4 * DAY };
    expect(judgeHealth({ ...warned, now: 5 * DAY - 1 })).toEqual({ action: 'wait', disableAt: 5 * DAY });
    expect(judgeHealth({ ...warned, now: 5 * DAY })).toEqual({ action: 'disable', disableAt: 5 * DAY });
  });

  test('a late warning postpones the end: nobody is disabled with less than 24 hours notice', () => {
    expect(judgeHealth({ ...failing, now: 9 * DAY })).toEqual({ action: 'warn', disableAt: 10 * DAY });
    fc.assert(
      fc.property(fc.nat(30 * DAY), fc.nat(30 * DAY), (warnedAt, now) => {
        const { action } = judgeHealth({ ...failing, warnedAt, now });
        if (action === 'disable') expect(now).toBeGreaterThanOrEqual(Math.max(5 * DAY, warnedAt + DAY));
      }),
    );
  });

  test('one success ends the streak, and the next one needs a warning of its own', () => {
    expect(
      judgeHealth({ firstFailureAt: 0, lastSuccessAt: 4 * DAY, warnedAt: 4 * DAY, now: 6 * DAY }),
    ).toEqual({
      action: 'none',
    });
    const again = { firstFailureAt: 10 * DAY, lastSuccessAt: 9 * DAY, warnedAt: 4 * DAY };
    expect(judgeHealth({ ...again, now: 15 * DAY })).toEqual({ action: 'warn', disableAt: 16 * DAY });
  });

  test('an endpoint that never failed is left alone', () => {
    expect(judgeHealth({ firstFailureAt: null, lastSuccessAt: null, warnedAt: null, now: 99 * DAY })).toEqual(
      {
        action: 'none',
      },
    );
  });
});

describe('the circuit breaker', () => {
  function failTimes(times: number, now = 0): Breaker {
    return Array.from({ length: times }).reduce<Breaker>((state) => recordResult(state, false, now), CLOSED);
  }

  test('opens after ten failures in a row; a success in between starts the count anew', () => {
    expect(admit(failTimes(BREAKER_THRESHOLD - 1), 0).admitted).toBe(true);
    expect(admit(failTimes(BREAKER_THRESHOLD), 0)).toEqual({ admitted: false, waitMs: 5_000 });
    const recovered = recordResult(failTimes(BREAKER_THRESHOLD - 1), true, 0);
    expect(admit(recordResult(recovered, false, 0), 0).admitted).toBe(true);
  });

  test('after the pause one probe goes through, and the others wait for what it finds', () => {
    const probe = admit(failTimes(BREAKER_THRESHOLD), 5_000);
    expect(probe.admitted).toBe(true);
    if (!probe.admitted) return;
    expect(admit(probe.breaker, 5_001)).toEqual({ admitted: false, waitMs: 19_999 });
    expect(admit(recordResult(probe.breaker, true, 6_000), 6_000)).toEqual({
      admitted: true,
      breaker: CLOSED,
    });
    const again = recordResult(probe.breaker, false, 6_000);
    expect(admit(again, 6_000)).toEqual({ admitted: false, waitMs: 10_000 });
  });

  test('a probe that died with its process is followed by another', () => {
    const probe = admit(failTimes(BREAKER_THRESHOLD), 5_000);
    expect(probe.admitted && admit(probe.breaker, 25_000).admitted).toBe(true);
  });

  test('attempts that were under way when it opened do not lengthen the pause', () => {
    const open = failTimes(BREAKER_THRESHOLD);
    expect(recordResult(open, false, 1_000)).toEqual(open);
  });

  test('the pause doubles up to five minutes and no further', () => {
    let state = failTimes(BREAKER_THRESHOLD);
    let now = 0;
    const pauses: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      const refusal = admit(state, now);
      if (refusal.admitted) throw new Error('should be open');
      pauses.push(refusal.waitMs / 1_000);
      now += refusal.waitMs;
      const probe = admit(state, now);
      if (probe.admitted) state = recordResult(probe.breaker, false, now);
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300, 300]);
  });

  test('whatever happens, a wait is positive and at most five minutes', () => {
    const step = fc.record({ ok: fc.boolean(), pass: fc.nat(20 * 60_000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let state = CLOSED;
        let now = 0;
        for (const { ok, pass } of steps) {
          now += pass;
          const admission = admit(state, now);
          if (admission.admitted) state = recordResult(admission.breaker, ok, now);
          else expect(admission.waitMs > 0 && admission.waitMs <= 300_000).toBe(true);
        }
      }),
    );
  });
});

describe('custom headers', () => {
  test('ordinary ones are fine', () => {
    expect(
      customHeaderFaults({ Authorization: 'Basic abc', 'X-Tenant': 'a b', accept: 'text/plain' }),
    ).toEqual([]);
  });

  test.each([
    ['webhook-signature', 'v1,x', 'reserved'],
    ['Webhook-Id', 'x', 'reserved'],
    ['HOST', 'example.org', 'reserved'],
    ['Content-Length', '1', 'reserved'],
    ['Transfer-Encoding', 'chunked', 'reserved'],
    ['X-Forwarded-For', '127.0.0.1', 'reserved'],
    ['X-HTTP-Method-Override', 'DELETE', 'reserved'],
    ['x-original-url', '/admin', 'reserved'],
    ['X-A', 'a\r\nX-B: c', 'invalid_value'],
    ['X-A', '', 'invalid_value'],
    ['X-A', ' a', 'invalid_value'],
    ['X-A', 'é', 'invalid_value'],
    ['X A', 'a', 'invalid_name'],
    ['', 'a', 'invalid_name'],
  ])('%j: %j is %s', (name, value, fault) => {
    expect(customHeaderFaults({ [name]: value })).toEqual([{ name, fault }]);
  });

  test('no more than twenty, and none twice', () => {
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`X-${index}`, 'a']));
    expect(customHeaderFaults(many)).toEqual([{ name: null, fault: 'too_many' }]);
    expect(customHeaderFaults({ 'X-A': 'a', 'x-a': 'b' })).toEqual([{ name: 'x-a', fault: 'duplicate' }]);
  });
});
