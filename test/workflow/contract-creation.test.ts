import { acceptVirtual, askedOf, type VirtualContract } from '../support/virtual-contract.js';
import { createVirtualStack, type VirtualStack } from '../support/virtual-stack.js';

const CREATE = 'contractCreateRequest';
const LIST = 'contractListRequest';
const HOUR = 3_600_000;

let stack: VirtualStack;
beforeAll(async () => {
  stack = await createVirtualStack();
}, 180_000);
afterEach(() => stack.mend());
afterAll(() => stack.close(), 60_000);

/** Contracts that the twin has, of all that this test made there. */
async function countThere(): Promise<number> {
  return (await stack.twin.control('/contracts')).body.count;
}

async function made(work: () => Promise<VirtualContract>): Promise<[VirtualContract, number]> {
  const before = await countThere();
  const contract = await work();
  return [contract, (await countThere()) - before];
}

test('a contract that is submitted is open, and published is told after accepted', async () => {
  const [contract, count] = await made(async () => {
    const accepted = await acceptVirtual(stack);
    await accepted.reaches('open');
    return accepted;
  });
  expect([await contract.told(), count]).toEqual([['contract.accepted', 'contract.published'], 1]);
});

test('what the platform refuses is rejected with its code', async () => {
  await stack.fault(CREATE, 'status', { status: 400, times: 1 });
  const contract = await acceptVirtual(stack);
  await contract.reaches('rejected');
  expect((await contract.state()).statusReason).toBe('refused');
  expect(await contract.told()).toEqual(['contract.accepted', 'contract.rejected']);
});

test('an answer that is not the platform’s own rejects nothing: it is created when the gateway is mended', async () => {
  for (const status of [404, 403, 429]) await stack.fault(CREATE, 'status', { status, times: 1 });
  const contract = await acceptVirtual(stack);
  await contract.reaches('open');
});

test('wrong keys reject nothing: the creation goes on when they are mended', async () => {
  await stack.fault(CREATE, 'wrong_keys');
  const contract = await acceptVirtual(stack);
  await stack.pass(2 * HOUR);
  expect((await contract.state()).status).toBe('accepted');
  await stack.mend();
  await contract.reaches('open');
});

test('a creation whose reply is lost makes no second contract', async () => {
  await stack.fault(CREATE, 'lose_reply', { times: 1 });
  const [contract, count] = await made(async () => {
    const accepted = await acceptVirtual(stack);
    await accepted.reaches('open');
    return accepted;
  });
  const { platformId } = await contract.state();
  expect(count).toBe(1);
  expect(await askedOf(stack, CREATE, { contractId: platformId! })).toHaveLength(1);
});

test('a creation that never arrived is made when the list does not show it', async () => {
  await stack.fault(CREATE, 'break_connection', { times: 2 });
  const [, count] = await made(async () => {
    const accepted = await acceptVirtual(stack);
    await accepted.reaches('open');
    return accepted;
  });
  expect(count).toBe(1);
});

test('a creation whose worker was killed is taken up again soon, however often that was', async () => {
  const began = stack.clock.ms();
  stack.killAfter('createContract', 12);
  const contract = await acceptVirtual(stack);
  await contract.reaches('open');
  // Six pauses of 30 seconds after those that grow up to it; doubled each time it would be more than an hour.
  expect(stack.clock.ms() - began).toBeLessThan(12 * 60_000);
});

test('a worker that is killed after the creation creates nothing again', async () => {
  stack.killAfter('createContract', 2);
  const [, count] = await made(async () => {
    const accepted = await acceptVirtual(stack);
    await accepted.reaches('open');
    return accepted;
  });
  expect(count).toBe(1);
});

async function uncertain(kind: 'lose_reply' | 'break_connection'): Promise<VirtualContract> {
  await stack.fault(CREATE, kind, { times: 1 });
  await stack.fault(LIST, 'status', { status: 503 });
  const contract = await acceptVirtual(stack);
  await contract.reaches('attention');
  expect((await contract.state()).statusReason).toBe('creation_uncertain');
  await stack.mend();
  return contract;
}

test('a creation that stays unknown for an hour needs a person, and a look finds it', async () => {
  const [contract, count] = await made(async () => {
    const contract = await uncertain('lose_reply');
    await stack.settle(contract.resolve({ action: 'look_again' }));
    await contract.reaches('open');
    return contract;
  });
  expect(count).toBe(1);
  expect(await contract.told()).toEqual(['contract.accepted', 'contract.attention', 'contract.published']);
});

test('a person who says that it was never created has it created', async () => {
  const [, count] = await made(async () => {
    const contract = await uncertain('break_connection');
    await stack.settle(contract.resolve({ action: 'never_created' }));
    await contract.reaches('open');
    return contract;
  });
  expect(count).toBe(1);
});

test('a person who adopts what lies on the platform has it watched and signed', async () => {
  const contract = await uncertain('lose_reply');
  const { body } = await stack.twin.control('/contracts');
  const newest = body.contracts.at(-1).contractId as string;
  const answer = await stack.settle(contract.resolve({ action: 'adopt', platformId: newest }));
  expect(answer.status).toBe('open');
  expect(await contract.onSite('sign', 0)).toBe(200);
  await stack.pass(60_000);
  await stack.poll();
  await contract.reaches('completed');
});

test('adopting what the platform does not know leaves it to the person', async () => {
  const contract = await uncertain('break_connection');
  const answer = await stack.settle(contract.resolve({ action: 'adopt', platformId: 'nothing' }));
  expect(answer.status).toBe('attention');
  await stack.settle(contract.resolve({ action: 'give_up' }));
  await contract.reaches('cancelled');
});

test('a cancel while the creation waits ends it without anything on the platform', async () => {
  await stack.fault(CREATE, 'wrong_keys');
  const [contract, count] = await made(async () => {
    const accepted = await acceptVirtual(stack);
    await stack.pass(60_000);
    await stack.settle(accepted.cancel());
    await accepted.reaches('cancelled');
    return accepted;
  });
  expect(count).toBe(0);
  expect(await contract.told()).toEqual(['contract.accepted', 'contract.cancelled']);
});

test('a deadline before the creation expires it without anything on the platform', async () => {
  await stack.fault(CREATE, 'wrong_keys');
  const [contract, count] = await made(async () => {
    const accepted = await acceptVirtual(stack, { deadlineIn: HOUR });
    await accepted.reaches('expired');
    return accepted;
  });
  expect(count).toBe(0);
  expect((await contract.events()).at(-1)?.data).toMatchObject({ actor: 'deadline', reason: 'deadline' });
});

test('a contract whose deadline passed before its workflow began expires without anything on the platform', async () => {
  const [contract, count] = await made(async () => {
    const accepted = await acceptVirtual(stack, { deadlineIn: 60_000 }, false);
    await stack.pass(120_000);
    await stack.starts.startContract(await accepted.state());
    await accepted.reaches('expired');
    return accepted;
  });
  expect(count).toBe(0);
  expect((await contract.events()).at(-1)?.data).toMatchObject({ actor: 'deadline', reason: 'deadline' });
});

test('a cancel while the creation is under way ends it there once its outcome is known', async () => {
  await stack.fault(CREATE, 'lose_reply', { times: 1 });
  const contract = await acceptVirtual(stack);
  await stack.until('the creation was sent', async () => {
    const calls = await stack.db
      .selectFrom('paraphe.platform_call')
      .select('outcome')
      .where('intent', '=', `create:${contract.id}`)
      .execute();
    return calls[0]?.outcome === 'unknown';
  });
  const answer = await stack.settle(contract.cancel());
  await contract.reaches('cancelled');
  expect((await contract.there()).status).toBe('cancelled');
  expect(['accepted', 'open', 'cancelled']).toContain(answer.status);
  expect(await contract.told()).toEqual(['contract.accepted', 'contract.published', 'contract.cancelled']);
});

test('a deadline while the creation is under way ends it there once its outcome is known', async () => {
  await stack.fault(CREATE, 'lose_reply', { times: 1 });
  const [contract, count] = await made(async () => {
    // Shorter than the grace after which the platform's list is believed.
    const accepted = await acceptVirtual(stack, { deadlineIn: 30_000 });
    await accepted.reaches('expired');
    return accepted;
  });
  expect(count).toBe(1);
  expect((await contract.there()).status).toBe('cancelled');
  expect(await contract.told()).toEqual(['contract.accepted', 'contract.published', 'contract.expired']);
});

test('a cancel while a person must find out about the creation is done once that is known', async () => {
  const contract = await uncertain('lose_reply');
  const answer = await stack.settle(contract.cancel());
  expect(answer).toEqual({ status: 'attention', settled: false });
  await stack.settle(contract.resolve({ action: 'look_again' }));
  await contract.reaches('cancelled');
  expect((await contract.there()).status).toBe('cancelled');
});
