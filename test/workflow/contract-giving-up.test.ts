import { acceptVirtual, type VirtualContract } from '../support/virtual-contract.js';
import { readPersonal } from '../../store/personal.js';
import { create } from '../support/twin.js';
import { createVirtualStack, type VirtualStack } from '../support/virtual-stack.js';

const CANCEL = 'contractCancelRequest';

let stack: VirtualStack;
beforeAll(async () => {
  stack = await createVirtualStack();
}, 180_000);
afterEach(() => stack.mend());
afterAll(() => stack.close(), 60_000);

/** A contract that needs a person because nobody knows what came of a cancel; it is open there. */
async function stuck(people = 1): Promise<VirtualContract> {
  const contract = await acceptVirtual(stack, { people });
  await contract.reaches('open');
  await stack.fault(CANCEL, 'status', { status: 503 });
  await stack.settle(contract.cancel());
  await contract.reaches('attention');
  await stack.mend();
  return contract;
}

/** One of whose creation nobody knows whether it was carried out. */
async function uncertain(kind: 'lose_reply' | 'break_connection'): Promise<VirtualContract> {
  await stack.fault('contractCreateRequest', kind, { times: 1 });
  await stack.fault('contractListRequest', 'status', { status: 503 });
  const contract = await acceptVirtual(stack);
  await contract.reaches('attention');
  await stack.mend();
  return contract;
}

function giveUp(contract: VirtualContract): Promise<{ status: string }> {
  return stack.settle(contract.resolve({ action: 'give_up' }));
}

test('what an operator gives up is cancelled on the platform', async () => {
  const contract = await stuck(2);
  expect((await giveUp(contract)).status).toBe('cancelled');
  expect((await contract.there()).status).toBe('cancelled');
  expect((await contract.events()).at(-1)?.data).toMatchObject({ actor: 'operator', reason: 'given_up' });
});

test('given up after all have signed there, it is signed and completed', async () => {
  const contract = await stuck();
  await contract.onSite('sign', 0);
  expect((await giveUp(contract)).status).toBe('signed');
  await contract.reaches('completed');
  expect((await contract.told()).slice(2)).toEqual([
    'contract.attention',
    'signatory.signed',
    'contract.signed',
    'contract.completed',
  ]);
});

test('a creation that nobody knew of is found there and cancelled when it is given up', async () => {
  const contract = await uncertain('lose_reply');
  expect((await giveUp(contract)).status).toBe('cancelled');
  expect((await contract.there()).status).toBe('cancelled');
  expect((await contract.told()).at(-1)).toBe('contract.cancelled');
});

test('a creation that can’t be looked for stays with the operator: people may be asked to sign it', async () => {
  const contract = await uncertain('lose_reply');
  await stack.fault('contractListRequest', 'status', { status: 503 });
  expect((await giveUp(contract)).status).toBe('attention');
  await stack.mend();
  expect((await giveUp(contract)).status).toBe('cancelled');
  expect((await contract.there()).status).toBe('cancelled');
});

test('a creation that never arrived is given up without anything on the platform', async () => {
  const contract = await uncertain('break_connection');
  expect((await giveUp(contract)).status).toBe('cancelled');
  expect((await contract.state()).platformId).toBeNull();
});

test('given up while the platform is away, it is cancelled there when it is back', async () => {
  const contract = await stuck();
  await stack.fault(CANCEL, 'status', { status: 503 });
  expect((await giveUp(contract)).status).toBe('cancelled');
  expect((await contract.there()).status).toBe('submitted');
  await stack.mend();
  await stack.until('it is cancelled there', async () => (await contract.there()).status === 'cancelled');
  await stack.until('nobody guards it any more', async () => !(await contract.state()).draftLeftBehind);
  expect((await contract.told()).filter((type) => type === 'contract.cancelled')).toHaveLength(1);
});

test('what other people are to sign is not adopted, and nothing of theirs is kept with ours', async () => {
  const contract = await uncertain('break_connection');
  const { id: platformId } = await create(stack.twin, {
    deadline: new Date(stack.clock.ms() + 86_400_000).toISOString(),
    mobile: '+33611111111',
  });
  expect((await stack.settle(contract.resolve({ action: 'adopt', platformId }))).status).toBe('attention');
  const logs = await stack.db
    .selectFrom('personal.platform_log')
    .select('retrieved_at')
    .where('contract_id', '=', contract.id)
    .execute();
  expect(logs).toEqual([]);
  expect((await readPersonal(stack.db, stack.vault, contract.id)).signatories[0]?.mobile).toBe(
    '+33600000001',
  );
  await giveUp(contract);
});

test('what another contract of ours is on the platform is not adopted', async () => {
  const other = await acceptVirtual(stack);
  await other.reaches('open');
  const contract = await uncertain('break_connection');
  const platformId = (await other.state()).platformId!;
  const answer = await stack.settle(contract.resolve({ action: 'adopt', platformId }));
  expect(answer.status).toBe('attention');
  await giveUp(contract);
});
