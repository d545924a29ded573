import { createGate } from '../../activities/platform-gate.js';
import { probe } from '../../worker/platform-probe.js';
import { createActivityStack, type ActivityStack } from '../support/activity-bench.js';

const MINUTE = 60_000;
let stack: ActivityStack;
beforeAll(async () => (stack = await createActivityStack()));
afterAll(() => stack.close());

test('the platform is probed when nothing was asked for a quarter of an hour, and what came of it is written down', async () => {
  const { db, connection, platform } = stack;
  let now = Date.now();
  const clock = { now: () => new Date(now) };
  const gate = createGate({ db, clock, connection, platform });
  const probeAfter = (minutes: number): Promise<boolean> => {
    now += minutes * MINUTE;
    return probe({ db, clock, gate, connection });
  };
  const asked = [await probeAfter(0), await probeAfter(14), await probeAfter(2), await probeAfter(1)];
  expect(asked).toEqual([true, false, true, false]);
  const calls = await db.selectFrom('paraphe.platform_call').select(['operation', 'outcome']).execute();
  const done = { operation: 'check', outcome: 'done' };
  expect(calls).toEqual([done, done]);
});
