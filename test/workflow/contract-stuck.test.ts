import {
  openVirtual,
  askedOf,
  type ContractChoices,
  type VirtualContract,
} from '../support/virtual-contract.js';
import { createVirtualStack, type VirtualStack } from '../support/virtual-stack.js';

const CANCEL = 'contractCancelRequest';
const DETAIL = 'contractDetailRequest';
const HOUR = 3_600_000;

let stack: VirtualStack;
beforeAll(async () => {
  stack = await createVirtualStack();
}, 180_000);
afterEach(() => stack.mend());
afterAll(() => stack.close(), 60_000);

const opened = (choices?: ContractChoices): Promise<VirtualContract> => openVirtual(stack, choices);

/** One whose detail gives no answer, with news that nobody has looked at. */
async function unreadable(choices: ContractChoices): Promise<VirtualContract> {
  const contract = await opened({ people: 2, ...choices });
  await stack.fault(DETAIL, 'status', { status: 500 });
  await contract.onSite('sign', 0);
  await stack.pass(60_000);
  await stack.poll();
  await stack.pass(60_000);
  return contract;
}

test('the deadline ends what a client’s cancel could not', async () => {
  const contract = await opened({ deadlineIn: 4 * HOUR });
  await stack.fault(CANCEL, 'status', { status: 503 });
  await stack.settle(contract.cancel());
  await contract.reaches('attention');
  await stack.mend();
  await contract.reaches('expired');
  expect((await contract.there()).status).toBe('cancelled');
});

test('a deadline that passed while a client’s cancel had no answer ends it', async () => {
  const contract = await opened({ deadlineIn: HOUR / 2 });
  await stack.fault(CANCEL, 'status', { status: 503 });
  await stack.settle(contract.cancel());
  await stack.until('a person is asked', async () => (await contract.told()).includes('contract.attention'));
  await stack.mend();
  await contract.reaches('expired');
});

test('a cancel that is refused for a reason nobody knows needs a person after an hour', async () => {
  const contract = await opened();
  await stack.fault(CANCEL, 'status', { status: 403 });
  await stack.settle(contract.cancel());
  await contract.reaches('attention');
  expect((await contract.state()).statusReason).toBe('cancel_uncertain');
  await stack.mend();
  expect((await stack.settle(contract.cancel())).status).toBe('cancelled');
});

test('a client can cancel what can’t be looked at', async () => {
  const contract = await unreadable({});
  await stack.settle(contract.cancel());
  await contract.reaches('cancelled');
  expect((await contract.there()).status).toBe('cancelled');
});

test('the deadline ends what can’t be looked at', async () => {
  const contract = await unreadable({ deadlineIn: 2 * HOUR });
  await contract.reaches('expired');
  expect(await askedOf(stack, CANCEL, { contractId: (await contract.state()).platformId! })).not.toEqual([]);
});

test('what can’t be looked at for hours is looked at once it can', async () => {
  const contract = await unreadable({});
  await stack.pass(3 * HOUR);
  await stack.mend();
  await stack.until('a signature is told', async () => (await contract.told()).includes('signatory.signed'));
});

test('what the list shows before the detail does is looked for again', async () => {
  const contract = await opened();
  await contract.onSite('sign', 0);
  stack.stale((await contract.state()).platformId!, 2);
  await stack.pass(60_000);
  await stack.poll();
  await contract.reaches('completed');
});

test('a contract that can’t be retrieved for a day needs a person, at a small price', async () => {
  const contract = await opened();
  await contract.sendSms(0);
  await stack.fault(DETAIL, 'status', { status: 500 });
  await contract.sign(0);
  await contract.reaches('signed');
  await stack.pass(26 * HOUR);
  expect(await contract.state()).toMatchObject({ status: 'attention', statusReason: 'not_retrieved' });
  const details = await stack.db
    .selectFrom('paraphe.platform_call')
    .select('id')
    .where('contract_id', '=', contract.id)
    .where('operation', '=', 'detail')
    .execute();
  // One request of a thousand in a quarter of an hour, not in two minutes.
  expect(details.length).toBeLessThan(200);
});
