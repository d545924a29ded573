import fc from 'fast-check';
import { nextSlot } from '../../domain/quota/next-slot.js';
import {
  creationsPerWindow,
  creationsUpTo,
  interactiveReserve,
  pollReserve,
  WINDOW_MS,
  type Operation,
} from '../../domain/quota/policy.js';
import { publishingPlan, type WindowCall } from '../../domain/quota/publishing-plan.js';
import {
  learnProfile,
  normalise,
  pays,
  pollInterval,
  pollsPerWindow,
  quotaLevel,
  WORKING_DAY,
} from '../../domain/watch/plan.js';

const DAY_MS = 86_400_000;
const operations: Operation[] = ['check', 'create', 'list', 'detail', 'cancel', 'sms', 'sms_all', 'sign'];
const request = fc.record({
  operation: fc.constantFrom(...operations),
  interactive: fc.boolean(),
  pause: fc.nat(3 * 3_600_000),
});

/** What the ledger grants, in order, when everybody asks whenever it pleases. */
function granted(
  limit: number,
  requests: { operation: Operation; interactive: boolean; pause: number }[],
): (WindowCall & { interactive: boolean })[] {
  const calls: (WindowCall & { interactive: boolean })[] = [];
  let now = 0;
  for (const { operation, interactive, pause } of requests) {
    now += pause;
    const window = calls.filter((call) => call.at > now - WINDOW_MS);
    if (nextSlot(window, limit, { operation, interactive }, now) === null)
      calls.push({ at: now, operation, interactive });
  }
  return calls;
}

test('no 24 hours hold more calls than the quota, and those that nobody waits for leave the reserve', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 60 }), fc.array(request, { maxLength: 200 }), (limit, requests) => {
      const calls = granted(limit, requests);
      for (const end of calls) {
        const window = calls.filter((call) => call.at > end.at - DAY_MS && call.at <= end.at);
        expect(window.length).toBeLessThanOrEqual(limit);
        const created = window.filter((call) => call.operation === 'create').length;
        expect(created).toBeLessThanOrEqual(creationsPerWindow(limit));
      }
    }),
    { numRuns: 500 },
  );
});

test('whoever waits for a code finds the reserve untouched', () => {
  const limit = 100;
  const greedy = Array.from({ length: 300 }, () => ({
    operation: 'list' as const,
    interactive: false,
    pause: 1,
  }));
  const calls = granted(limit, greedy);
  expect(calls).toHaveLength(limit - interactiveReserve(limit));
  const window = calls as WindowCall[];
  expect(nextSlot(window, limit, { operation: 'sms' }, 400)).toBeNull();
  expect(nextSlot(window, limit, { operation: 'detail', interactive: true }, 400)).toBeNull();
  expect(nextSlot(window, limit, { operation: 'detail' }, 400)).toBe(1 + WINDOW_MS);
});

test('the plan of publishing is what the ledger grants to a queue that nothing disturbs', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 80 }), fc.integer({ min: 1, max: 60 }), (limit, count) => {
      const plan = publishingPlan([], limit, count, 0);
      const calls: WindowCall[] = [];
      for (const at of plan) {
        const window = calls.filter((call) => call.at > at - WINDOW_MS);
        expect(nextSlot(window, limit, { operation: 'create', rank: 0 }, at)).toBeNull();
        calls.push({ at, operation: 'create' });
      }
      expect(plan).toEqual(plan.toSorted((a, b) => a - b));
    }),
  );
});

test('a window full of retrievals puts creations off, never for ever', () => {
  const full = fc.record({
    limit: fc.integer({ min: 1, max: 1_000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(full, fc.integer({ min: 1, max: 5 }), ({ limit, share }, count) => {
      const details = Array.from({ length: Math.round(limit * share) }, (_none, at) => ({
        at,
        operation: 'detail',
      }));
      const plan = publishingPlan(details, limit, count, limit);
      expect(plan).toHaveLength(count);
      expect(plan.at(-1)).toBeLessThanOrEqual(limit + (count + 1) * 2 * WINDOW_MS);
    }),
  );
});

test('of a queue only as many may go as there are slots, the most urgent first', () => {
  const free = creationsPerWindow(1_000);
  expect(nextSlot([], 1_000, { operation: 'create', rank: free - 1 }, 0)).toBeNull();
  expect(nextSlot([], 1_000, { operation: 'create', rank: free }, 0)).toBe(WINDOW_MS);
});

const situation = {
  limit: 1_000,
  otherCalls: 400,
  used: 800,
  creations: 200,
  queued: 0,
  hour: 9,
  profile: WORKING_DAY,
  minIntervalMs: 5_000,
  maxIntervalMs: 1_800_000,
};

test('the polls of a day are as many as the quota leaves', () => {
  fc.assert(
    fc.property(fc.nat(960), fc.nat(480), (otherCalls, creations) => {
      const day = { ...situation, otherCalls, creations, minIntervalMs: 1 };
      const polls = Array.from({ length: 24 }, (_none, hour) => 3_600_000 / pollInterval({ ...day, hour }));
      const most = pollsPerWindow(day, 1_000) * 1.01;
      expect(polls.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(most);
    }),
  );
});

test('at the full load polls come evenly, within the hour', () => {
  const full = { ...situation, otherCalls: 980, creations: 481 };
  const intervals = Array.from({ length: 24 }, (_none, hour) => pollInterval({ ...full, hour }));
  expect(new Set(intervals).size).toBe(1);
  expect(intervals[0]).toBeLessThan(3_600_000);
  expect(pollsPerWindow(full, 1_000)).toBe(pollReserve(1_000));
});

test('an account that polled for days has room: a dozen contracts that come together are created at once', () => {
  const limit = 1_000;
  const calls: WindowCall[] = [];
  const calm = { ...situation, otherCalls: 0, creations: 0 };
  for (let now = 0; now < 3 * DAY_MS;) {
    const window = calls.filter((call) => call.at > now - WINDOW_MS);
    expect(nextSlot(window, limit, { operation: 'create', rank: 11 }, now)).toBeNull();
    calls.push({ at: now, operation: 'list' });
    now += pollInterval({ ...calm, used: window.length, hour: Math.floor(now / 3_600_000) % 24 });
  }
});

test('polls give way to contracts that wait for their slots', () => {
  const full = { ...situation, otherCalls: 100, used: creationsUpTo(1_000) };
  expect(pollsPerWindow({ ...full, queued: 1 }, 1_000)).toBe(pollReserve(1_000));
  expect(pollsPerWindow({ ...full, queued: 0 }, 1_000)).toBeGreaterThan(pollReserve(1_000));
});

test('polls are closer when signatures usually happen, and slower at night where that is configured', () => {
  expect(pollInterval({ ...situation, hour: 10 })).toBeLessThan(pollInterval({ ...situation, hour: 3 }) / 3);
  const night = { from: 22, to: 6 };
  expect(pollInterval({ ...situation, hour: 23, night })).toBe(1_800_000);
  expect(pollInterval({ ...situation, hour: 6, night })).toBeLessThan(1_800_000);
});

test('a profile is learned from the record, and trusted more the longer the record is', () => {
  const evenings = Array.from({ length: 24 }, (_none, hour) => (hour === 21 ? 10_000 : 0));
  expect(learnProfile(evenings)[21]).toBeGreaterThan(20);
  expect(learnProfile(Array.from({ length: 24 }, () => 0))).toEqual(normalise(WORKING_DAY));
});

test('details are spent on progress only while much of the quota is left', () => {
  expect([pays(null, 5_000), pays(1_000, 349), pays(1_000, 350)]).toEqual([true, true, false]);
});

test('the quota’s level is told when it changes, not when it trembles', () => {
  expect(quotaLevel('ok', 1_000, 799)).toBe('ok');
  expect(quotaLevel('ok', 1_000, 800)).toBe('low');
  expect(quotaLevel('low', 1_000, 760)).toBe('low');
  expect(quotaLevel('low', 1_000, 749)).toBe('ok');
  expect(quotaLevel('low', 1_000, 960)).toBe('exhausted');
  expect(quotaLevel('exhausted', 1_000, 915)).toBe('exhausted');
  expect(quotaLevel('ok', null, 99_999)).toBe('ok');
});
