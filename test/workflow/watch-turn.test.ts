import { openVirtual, askedOf, type VirtualContract } from '../support/virtual-contract.js';
import { createVirtualStack, type VirtualStack } from '../support/virtual-stack.js';

const HOUR = 3_600_000;
const LIST = 'contractListRequest';
const DETAIL = 'contractDetailRequest';

let stack: VirtualStack;
beforeAll(async () => {
  stack = await createVirtualStack({ quota: 1_000, night: { from: 22, to: 6 } });
}, 180_000);
afterEach(() => stack.mend());
afterAll(() => stack.close(), 60_000);

const opened = (people = 1): Promise<VirtualContract> =>
  openVirtual(stack, { people, deadlineIn: 40 * 24 * HOUR });

const lists = async (): Promise<number> => (await askedOf(stack, LIST)).length;

test('after an outage of a day one list makes up for all that happened in it', async () => {
  const [signed, cancelled, progress, idle] = [
    await opened(),
    await opened(),
    await opened(2),
    await opened(),
  ];
  await stack.pass(HOUR);
  await stack.poll();
  await signed.onSite('sign', 0);
  await stack.pass(12 * HOUR);
  await cancelled.onSite('cancel');
  await progress.onSite('sign', 1);
  await stack.pass(12 * HOUR);
  const before = await lists();
  const turn = await stack.poll();
  expect([turn.outcome, turn.changed]).toEqual(['looked', 3]);
  await signed.reaches('completed');
  await cancelled.reaches('cancelled');
  await stack.until('the progress is known', async () =>
    (await progress.told()).includes('signatory.signed'),
  );
  expect(await lists()).toBe(before + 1);
  expect((await idle.state()).status).toBe('open');
});

test('what did not change costs no contract an event, nor a detail', async () => {
  const contract = await opened();
  await stack.pass(HOUR);
  await stack.poll();
  const events = async (): Promise<number> =>
    (await stack.env.client.workflow.getHandle(contract.id).describe()).historyLength;
  const details = async (): Promise<number> => (await askedOf(stack, DETAIL)).length;
  const before = [await events(), await details()];
  for (let poll = 0; poll < 5; poll += 1) {
    await stack.pass(HOUR);
    expect((await stack.poll()).changed).toBe(0);
  }
  expect([await events(), await details()]).toEqual(before);
});

test('a platform that is away costs a turn and nothing else; the next one catches up', async () => {
  const contract = await opened();
  await contract.onSite('sign', 0);
  await stack.fault(LIST, 'status', { status: 503 });
  expect((await stack.poll()).outcome).toBe('unavailable');
  await stack.mend();
  expect((await stack.poll()).outcome).toBe('looked');
  await contract.reaches('completed');
});

test('at night the pause is the longest, by day the quota’s', async () => {
  await opened();
  const pauses = new Map<boolean, number[]>();
  for (let hour = 0; hour < 24; hour += 1) {
    const { nextInMs } = await stack.poll();
    const local = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Paris',
      hour: 'numeric',
      hour12: false,
    });
    const isNight = [22, 23, 24, 0, 1, 2, 3, 4, 5].includes(Number(local.format(stack.clock.now())));
    pauses.set(isNight, [...(pauses.get(isNight) ?? []), nextInMs]);
    await stack.pass(HOUR);
  }
  expect(new Set(pauses.get(true))).toEqual(new Set([1_800_000]));
  expect(Math.max(...pauses.get(false)!)).toBeLessThan(1_800_000);
});
