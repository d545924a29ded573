import {
  acceptVirtual,
  askedOf,
  openVirtual,
  refusalOf,
  type ContractChoices,
  type VirtualContract,
} from '../support/virtual-contract.js';
import { createVirtualStack, type VirtualStack } from '../support/virtual-stack.js';

const CANCEL = 'contractCancelRequest';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let stack: VirtualStack;
beforeAll(async () => {
  stack = await createVirtualStack();
}, 180_000);
afterEach(() => stack.mend());
afterAll(() => stack.close(), 60_000);

const opened = (choices?: ContractChoices): Promise<VirtualContract> => openVirtual(stack, choices);

async function drafted(choices: ContractChoices = {}): Promise<VirtualContract> {
  const contract = await acceptVirtual(stack, { ...choices, action: 'save' });
  await contract.reaches('draft');
  return contract;
}

async function look(): Promise<void> {
  await stack.pass(60_000);
  await stack.poll();
}

test('a draft is published when somebody validates it on the site', async () => {
  const contract = await drafted();
  await stack.pass(HOUR);
  await look();
  expect((await contract.state()).status).toBe('draft');
  await contract.onSite('publish');
  await look();
  await contract.reaches('open');
  expect(await contract.told()).toEqual(['contract.accepted', 'contract.drafted', 'contract.published']);
});

test('a draft that is deleted on the site is cancelled by the platform', async () => {
  const contract = await drafted();
  await contract.onSite('delete');
  await look();
  await contract.reaches('cancelled');
  expect((await contract.events()).at(-1)?.data).toMatchObject({
    actor: 'platform',
    reason: 'draft_deleted',
  });
});

test('a draft that was cancelled here and is published later is cancelled there at once', async () => {
  const contract = await drafted();
  await contract.cancel();
  const { platformId } = await contract.state();
  await contract.onSite('publish');
  await look();
  await stack.until('it is cancelled there', async () => (await contract.there()).status === 'cancelled');
  expect(await askedOf(stack, CANCEL, { contractId: platformId! })).toHaveLength(1);
  expect((await contract.told()).at(-1)).toBe('contract.cancelled');
  await stack.until('nobody guards it any more', async () => !(await contract.state()).draftLeftBehind);
});

test('a draft that was published meanwhile is cancelled there by the client’s cancel', async () => {
  const contract = await drafted();
  await contract.onSite('publish');
  expect(await stack.settle(contract.cancel())).toEqual({ status: 'cancelled', settled: true });
  expect((await contract.there()).status).toBe('cancelled');
  expect((await contract.told()).slice(-2)).toEqual(['contract.published', 'contract.cancelled']);
  expect((await contract.state()).draftLeftBehind).toBe(false);
});

test('a draft that was published and signed meanwhile can’t be cancelled', async () => {
  const contract = await drafted();
  await contract.onSite('publish');
  await contract.onSite('sign', 0);
  expect(await refusalOf(stack.settle(contract.cancel()))).toBe('not_cancellable');
  await contract.reaches('completed');
});

test('a draft that was deleted meanwhile is gone, and nothing watches it after the cancel', async () => {
  const contract = await drafted();
  await contract.onSite('delete');
  expect(await stack.settle(contract.cancel())).toEqual({ status: 'cancelled', settled: true });
  expect((await contract.events()).at(-1)?.data.reason).toBe('draft_deleted');
  expect((await contract.state()).draftLeftBehind).toBe(false);
});

test('a draft that was left behind is let go when it is deleted there', async () => {
  const contract = await drafted({ deadlineIn: HOUR });
  await contract.reaches('expired');
  await contract.onSite('delete');
  await look();
  await stack.until('nobody guards it any more', async () => !(await contract.state()).draftLeftBehind);
});

test('a cancel by the client cancels there, and asked again says the same', async () => {
  const contract = await opened();
  expect(await contract.cancel()).toEqual({ status: 'cancelled', settled: true });
  expect((await contract.there()).status).toBe('cancelled');
  expect((await contract.events()).at(-1)?.data).toMatchObject({ actor: 'client', reason: 'client_request' });
});

test('a cancel whose reply is lost is asked again and is the client’s', async () => {
  const contract = await opened();
  await stack.fault(CANCEL, 'lose_reply', { times: 2 });
  await stack.settle(contract.cancel());
  await contract.reaches('cancelled');
  expect((await contract.events()).at(-1)?.data.actor).toBe('client');
});

test('a cancel that gets no answer for half an hour costs a dozen requests', async () => {
  const contract = await opened();
  const { platformId } = await contract.state();
  await stack.fault(CANCEL, 'status', { status: 503 });
  const requests = (): ReturnType<typeof askedOf> => askedOf(stack, CANCEL, { contractId: platformId! });
  const cancelled = contract.cancel().catch(() => undefined);
  // One alone lets time pass: two at once throw the server's count of its locks.
  await stack.until('the first request', async () => (await requests()).length > 0);
  await stack.pass(30 * 60_000);
  const asked = await requests();
  expect(asked.length).toBeGreaterThan(4);
  expect(asked.length).toBeLessThan(13);
  await stack.mend();
  await stack.settle(cancelled);
  await contract.reaches('cancelled');
});

test('a worker killed after the cancel announces it once', async () => {
  const contract = await opened();
  stack.killAfter('cancelContract');
  await stack.settle(contract.cancel());
  await contract.reaches('cancelled');
  expect((await contract.told()).filter((type) => type === 'contract.cancelled')).toHaveLength(1);
});

test('a cancel that comes after the last signature finds the contract signed', async () => {
  const contract = await opened();
  await contract.onSite('sign', 0);
  expect(await refusalOf(stack.settle(contract.cancel()))).toBe('not_cancellable');
  await contract.reaches('completed');
  expect(await contract.told()).not.toContain('contract.cancelled');
});

test('a cancel that stays unknown for an hour needs a person, and is done after the look', async () => {
  const contract = await opened();
  await stack.fault(CANCEL, 'status', { status: 503 });
  const answer = await stack.settle(contract.cancel());
  expect(answer.settled).toBe(false);
  await contract.reaches('attention');
  expect((await contract.state()).statusReason).toBe('cancel_uncertain');
  await stack.mend();
  await stack.settle(contract.resolve({ action: 'look_again' }));
  await contract.reaches('cancelled');
});

test('a client who cancels while a person must look ends it', async () => {
  const contract = await opened();
  await stack.fault(CANCEL, 'status', { status: 503 });
  await stack.settle(contract.cancel());
  await contract.reaches('attention');
  await stack.mend();
  expect(await stack.settle(contract.cancel())).toEqual({ status: 'cancelled', settled: true });
});

test('cancelled on the site is learned and told as the platform’s', async () => {
  const contract = await opened();
  await contract.onSite('cancel');
  await look();
  await contract.reaches('cancelled');
  expect((await contract.events()).at(-1)?.data).toMatchObject({
    actor: 'platform',
    reason: 'cancelled_on_platform',
  });
});

test('two warnings, then the deadline cancels there and expires here', async () => {
  const contract = await opened({ deadlineIn: 4 * DAY });
  await stack.pass(4 * DAY - 60_000);
  expect((await contract.events()).slice(2).map((event) => event.data.reason)).toEqual(['72h', '24h']);
  await contract.reaches('expired');
  expect((await contract.there()).status).toBe('cancelled');
  expect((await contract.told()).slice(2)).toEqual([
    'contract.deadline_approaching',
    'contract.deadline_approaching',
    'contract.expired',
  ]);
});

test('a deadline finds the signatures that nobody had looked at', async () => {
  const contract = await opened({ people: 2, deadlineIn: 2 * HOUR });
  await contract.onSite('sign', 1);
  await stack.pass(60_000);
  await contract.onSite('sign', 0);
  await contract.reaches('completed');
  expect((await contract.told()).slice(2)).toEqual([
    'signatory.signed',
    'signatory.signed',
    'contract.signed',
    'contract.completed',
  ]);
});

test('a contract that the platform has lost needs a person, who gives it up', async () => {
  const contract = await opened();
  stack.forget((await contract.state()).platformId!);
  await look();
  await contract.reaches('attention');
  expect((await contract.state()).statusReason).toBe('unknown_to_platform');
  expect((await stack.settle(contract.resolve({ action: 'look_again' }))).status).toBe('attention');
  expect((await stack.settle(contract.resolve({ action: 'give_up' }))).status).toBe('cancelled');
});

test('the deadline leaves to the person what the platform has lost, and asks only once', async () => {
  const contract = await opened({ deadlineIn: 2 * HOUR });
  stack.forget((await contract.state()).platformId!);
  await look();
  await contract.reaches('attention');
  await stack.pass(6 * HOUR);
  expect((await contract.state()).status).toBe('attention');
  const calls = await stack.db
    .selectFrom('paraphe.platform_call')
    .select('id')
    .where('contract_id', '=', contract.id)
    .execute();
  expect(calls.length).toBeLessThanOrEqual(5);
});
