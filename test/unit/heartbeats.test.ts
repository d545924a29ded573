import { MockActivityEnvironment } from '@temporalio/testing';
import { HEARTBEATS } from '../../worker/heartbeats.js';

afterEach(() => jest.useRealTimers());

/** Runs an activity of 12 seconds under the worker's interceptors. @returns how often it beat */
async function beatsOf(info: { heartbeatTimeoutMs?: number }): Promise<number> {
  jest.useFakeTimers();
  const env = new MockActivityEnvironment(info);
  let beats = 0;
  env.on('heartbeat', () => (beats += 1));
  const { inbound } = HEARTBEATS.interceptors.activity[0]!(env.context);
  const input = { args: [], headers: {} };
  const next = (): Promise<void> => jest.advanceTimersByTimeAsync(12_000);
  await (inbound.execute?.(input, next) ?? next());
  await jest.advanceTimersByTimeAsync(12_000);
  return beats;
}

test('an activity with a heartbeat timeout beats while it runs, and no longer', async () => {
  expect(await beatsOf({ heartbeatTimeoutMs: 30_000 })).toBe(2);
});

test('one without a heartbeat timeout does not beat', async () => {
  expect(await beatsOf({})).toBe(0);
});
