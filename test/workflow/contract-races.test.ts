import { createContractUpdates, type ContractUpdates } from '../../api/contract-updates.js';
import { UPDATES } from '../../domain/messages.js';
import { openVirtual, askedOf, type VirtualContract } from '../support/virtual-contract.js';
import { createVirtualStack, type VirtualStack } from '../support/virtual-stack.js';

let stack: VirtualStack;
let updates: ContractUpdates;
beforeAll(async () => {
  stack = await createVirtualStack();
  updates = createContractUpdates({
    client: stack.env.client.workflow,
    temporalUp: () => Promise.resolve(true),
  });
}, 180_000);
afterAll(() => stack.close(), 60_000);

const opened = (people: number): Promise<VirtualContract> => openVirtual(stack, { people });

/** Asks many times at once, through the api's own gate, and counts the answers by their code. */
async function askAtOnce(
  contract: VirtualContract,
  asks: { name: string; argument: object }[],
): Promise<Record<string, number>> {
  const answers = await stack.settle(
    Promise.all(
      asks.map(({ name, argument }, index) =>
        updates.execute(contract.id, name, argument, `race-${contract.id}-${index}`).then(
          () => 'done',
          (error: { code?: string; message: string }) => error.code ?? error.message,
        ),
      ),
    ),
  );
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

async function wrongCode(contract: VirtualContract): Promise<{ name: string; argument: object }> {
  const { id } = (await contract.state()).signatories[0]!;
  const sealed = stack.vault.sealFor('signing codes', Buffer.from('wrong'), `${contract.id}:${id}`);
  return { name: UPDATES.sign, argument: { signatoryId: id, sealedCode: sealed.toString('base64') } };
}

test('of fifty wrong codes at once five reach the platform', async () => {
  const contract = await opened(2);
  const ask = await wrongCode(contract);
  const counts = await askAtOnce(
    contract,
    Array.from({ length: 50 }, () => ask),
  );
  expect(counts).toEqual({ wrong_code: 5, attempts_exceeded: 45 });
  const { platformId } = await contract.state();
  expect(await askedOf(stack, 'signatorySignRequest', { contractId: platformId! })).toHaveLength(5);
});

test('of two hundred SMS at once six go out', async () => {
  const contract = await opened(1);
  const { id: signatoryId } = (await contract.state()).signatories[0]!;
  const ask = { name: UPDATES.sendSms, argument: { signatoryId } };
  const counts = await askAtOnce(
    contract,
    Array.from({ length: 200 }, () => ask),
  );
  expect(counts).toEqual({ done: 6, sms_limit: 194 });
  const { platformId } = await contract.state();
  expect(await askedOf(stack, 'signatorySendSmsRequest', { contractId: platformId! })).toHaveLength(6);
});

test('a signature under way when its contract is cancelled on the site is told before the end', async () => {
  const contract = await opened(2);
  await contract.sendSms(0);
  await stack.fault('signatorySignRequest', 'lose_reply', { times: 1 });
  await stack.fault('contractDetailRequest', 'status', { status: 503, times: 3 });
  const signed = contract.sign(0);
  const isSigned = async (): Promise<boolean> => (await contract.there()).signatories[0]?.status === 'signed';
  await stack.until('signed there', isSigned);
  expect(await contract.onSite('cancel')).toBe(200);
  await stack.poll();
  expect((await stack.settle(signed)).status).toBe('signed');
  await contract.reaches('cancelled');
  expect((await contract.told()).slice(-2)).toEqual(['signatory.signed', 'contract.cancelled']);
});

test('two cancels and the last signature at once have one end, the platform’s', async () => {
  for (let round = 0; round < 5; round += 1) {
    const contract = await opened(1);
    await contract.sendSms(0);
    const settle = (asked: Promise<unknown>): Promise<unknown> => asked.catch((error: unknown) => error);
    await stack.settle(
      Promise.all([settle(contract.cancel()), settle(contract.sign(0)), settle(contract.cancel())]),
    );
    await contract.reaches('completed', 'cancelled');
    const { status } = await contract.state();
    expect((await contract.there()).status).toBe(status === 'completed' ? 'signed' : 'cancelled');
    const ends = (await contract.told()).filter((type) => /completed|cancelled|expired/.test(type));
    expect(ends).toEqual([`contract.${status}`]);
  }
});
