import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { withGrowingPauses } from '../../activities/growing-pauses.js';

/** What the activity fails with when its so many-th attempt throws this. */
async function failureOf(error: Error, attempt = 1): Promise<unknown> {
  const activity = withGrowingPauses(async () => {
    throw error;
  });
  const environment = new MockActivityEnvironment({ attempt }, { logger: new DefaultLogger('ERROR') });
  return environment.run(activity, {}).catch((thrown: unknown) => thrown);
}

const noAnswer = (): ApplicationFailure =>
  ApplicationFailure.create({ type: 'PlatformUnavailable', message: 'timeout' });

test('pauses double up to a quarter of an hour, and the failure says what it said', async () => {
  const pauses: unknown[] = [];
  for (const attempt of [1, 2, 5, 9, 10, 2_000]) {
    const failure = (await failureOf(noAnswer(), attempt)) as ApplicationFailure;
    expect([failure.type, failure.message]).toEqual(['PlatformUnavailable', 'timeout']);
    pauses.push(failure.nextRetryDelay);
  }
  expect(pauses).toEqual([2_000, 4_000, 32_000, 512_000, 900_000, 900_000]);
});

test('a fault of our own after the answer pauses as long: it would be asked for again', async () => {
  const failure = await failureOf(new TypeError('no such member'), 8);
  expect(failure).toMatchObject({ type: 'TypeError', message: 'no such member', nextRetryDelay: 256_000 });
});

test.each([
  ['a failure that names its pause', ApplicationFailure.create({ nextRetryDelay: 70 })],
  ['one that is final', ApplicationFailure.nonRetryable('never')],
  ['a database that is down', Object.assign(new Error('no'), { code: 'ECONNREFUSED' })],
  ['a cancellation', new CancelledFailure('cancelled')],
])('%s is passed on as it is', async (_what, error) => {
  expect(await failureOf(error, 9)).toBe(error);
});

test('outside a worker it is the first attempt', async () => {
  const activity = withGrowingPauses(async () => {
    throw noAnswer();
  });
  await expect(activity({})).rejects.toMatchObject({ nextRetryDelay: 2_000 });
});
