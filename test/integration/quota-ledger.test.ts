import { createGate, QuotaWait } from '../../activities/platform-gate.js';
import { createActivityStack, type ActivityStack } from '../support/activity-bench.js';

const QUOTA = 30;
const DAY_MS = 86_400_000;
const sms = { operation: 'sms', contractId: null, intent: null } as const;

let stack: ActivityStack;
beforeAll(async () => {
  stack = await createActivityStack(QUOTA);
}, 120_000);
afterAll(() => stack.close(), 60_000);

/** Asks until the quota says to wait, which it should long before the end. @returns how many requests had no answer */
async function askUntilItWaits(): Promise<number> {
  const { db, clock, connection, platform } = stack;
  const gate = createGate({ db, clock, connection, platform });
  let unanswered = 0;
  for (let asked = 0; asked < 3 * QUOTA; asked += 1) {
    const answer = await gate(sms, (there) => there.sendSms('nobody', 'nobody')).catch(
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

test('an upload that arrives as late as it can: no 24 hours of the platform hold more than the quota', async () => {
  const { db, clock, connection, platform } = stack;
  clock.pass(2 * DAY_MS);
  const arrivals: number[] = [];
  const arrive = (lateMs: number): Promise<void> => {
    clock.pass(lateMs);
    return Promise.resolve(void arrivals.push(clock.now().getTime()));
  };
  const gate = createGate({ db, clock, connection, platform });
  // Stood still for 20 s before it left, and took 100 s.
  await gate({ operation: 'create', contractId: null, intent: null }, () => arrive(119_000));
  const freeAt = await askUntilFull(() => gate(sms, () => arrive(0)));
  clock.pass(freeAt.getTime() - clock.now().getTime());
  await gate(sms, () => arrive(0));
  for (const end of arrivals)
    expect(arrivals.filter((at) => at > end - DAY_MS && at <= end).length).toBeLessThanOrEqual(QUOTA);
});

/** @returns when there is a slot again */
async function askUntilFull(ask: () => Promise<void>): Promise<Date> {
  for (let asked = 0; asked <= QUOTA; asked += 1) {
    const error = await ask().catch((reason: unknown) => reason);
    if (error instanceof QuotaWait) return error.freeAt;
    expect(error).toBeUndefined();
  }
  throw new Error('the quota never said to wait');
}
