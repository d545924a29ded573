import { createGate, QuotaWait } from '../../activities/platform-gate.js';
import { createActivityStack, type ActivityStack } from '../support/activity-bench.js';

const QUOTA = 30;

let stack: ActivityStack;
beforeAll(async () => {
  stack = await createActivityStack(QUOTA);
}, 120_000);
afterAll(() => stack.close(), 60_000);

/** Asks until the quota says to wait, which it should long before the end. @returns how many requests had no answer */
async function askUntilItWaits(): Promise<number> {
  const { db, clock, connection, platform } = stack;
  const gate = createGate({ db, clock, connection, platform });
  const deed = { operation: 'sms', contractId: null, intent: null } as const;
  let unanswered = 0;
  for (let asked = 0; asked < 3 * QUOTA; asked += 1) {
    const answer = await gate(deed, (there) => there.sendSms('nobody', 'nobody')).catch(
      (error: Error) => error,
    );
    if (answer instanceof QuotaWait) return unanswered;
    if (answer instanceof Error && answer.name === 'PlatformUncertain') unanswered += 1;
  }
  return unanswered;
}

test('requests whose answer was lost count: the platform never has to refuse for its quota', async () => {
  await stack.twin.control('/faults', {
    request: 'signatorySendSmsRequest',
    kind: 'lose_reply',
    probability: 0.5,
    seed: 1,
  });
  expect(await askUntilItWaits()).toBeGreaterThan(5);
  const { body } = await stack.twin.control('/requests');
  const asked = body.requests as { status: number; counted: boolean }[];
  expect(asked.filter(({ counted }) => counted)).toHaveLength(QUOTA);
  expect(asked.filter(({ status }) => status === 429)).toEqual([]);
});
