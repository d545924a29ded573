import { createGate } from '../../activities/platform-gate.js';
import { createPlatform } from '../../adapters/platform/client.js';
import { probe } from '../../worker/platform-probe.js';
import { createActivityStack, type ActivityStack } from '../support/activity-bench.js';
import { KEY, USER } from '../support/twin.js';

const MINUTE = 60_000;
let stack: ActivityStack;
beforeAll(async () => (stack = await createActivityStack()));
afterAll(() => stack.close());

test('the platform is probed when nothing was asked for a quarter of an hour, and what came of it is written down', async () => {
  const { db, connection, twin } = stack;
  let now = Date.now();
  const clock = { now: () => new Date(now) };
  const transport = {
    url: twin.url,
    apiUser: USER,
    apiKey: KEY,
    timeoutMs: 20_000,
    maxAnswerBytes: 1_000_000,
  };
  const gate = createGate({ db, clock, connection, platform: createPlatform(transport) });
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
