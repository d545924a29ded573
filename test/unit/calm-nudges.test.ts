import { calmly } from '../../worker/calm-nudges.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function counted(fails = false): { nudge: () => Promise<void>; sent: () => number } {
  let sent = 0;
  const nudge = calmly(() => {
    sent += 1;
    return fails ? Promise.reject(new Error('Temporal is away')) : Promise.resolve();
  });
  return { nudge, sent: () => sent };
}

test('of many nudges in a second the first goes out at once, the others as one at its end', async () => {
  const { nudge, sent } = counted();
  for (let count = 0; count < 20; count += 1) await nudge();
  expect(sent()).toBe(1);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(sent()).toBe(2);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(sent()).toBe(2);
});

test('nudges that come now and then all go out at once', async () => {
  const { nudge, sent } = counted();
  for (let count = 1; count < 5; count += 1) {
    await nudge();
    expect(sent()).toBe(count);
    await jest.advanceTimersByTimeAsync(1_001);
  }
});

test('a nudge that fails is lost, and the next one goes out', async () => {
  const { nudge, sent } = counted(true);
  await nudge();
  await jest.advanceTimersByTimeAsync(1_001);
  await nudge();
  expect(sent()).toBe(2);
});
