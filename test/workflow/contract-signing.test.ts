import {
  openVirtual,
  askedOf,
  refusalOf,
  type ContractChoices,
  type VirtualContract,
} from '../support/virtual-contract.js';
import { createVirtualStack, type VirtualStack } from '../support/virtual-stack.js';

const SIGN = 'signatorySignRequest';
const SMS = 'signatorySendSmsRequest';
const SMS_ALL = 'signatorySendAllSmsRequest';
const DETAIL = 'contractDetailRequest';

let stack: VirtualStack;
beforeAll(async () => {
  stack = await createVirtualStack();
}, 180_000);
afterEach(() => stack.mend());
afterAll(() => stack.close(), 60_000);

const opened = (choices?: ContractChoices): Promise<VirtualContract> => openVirtual(stack, choices);

test('the white-label extranet: a code by SMS, a signature, completed', async () => {
  const contract = await opened();
  const sent = await contract.sendSms(0);
  expect(sent.signatories[0]).toMatchObject({ smsSent: 1, smsLeft: 5 });
  const signed = await contract.sign(0);
  expect(signed.contractStatus).toBe('signed');
  await contract.reaches('completed');
  expect(await contract.told()).toEqual([
    'contract.accepted',
    'contract.published',
    'signatory.code_sent',
    'signatory.signed',
    'contract.signed',
    'contract.completed',
  ]);
  const { platformId } = await contract.state();
  expect(await askedOf(stack, DETAIL, { contractId: platformId! })).toHaveLength(1);
});

test('codes go to all who have not signed', async () => {
  const contract = await opened({ people: 3 });
  const sent = await contract.sendSms(null);
  expect(sent.signatories.map((one) => one.smsLeft)).toEqual([5, 5, 5]);
  await contract.sign(1);
  expect((await contract.sendSms(null)).signatories).toHaveLength(2);
});

test('the fifth wrong code blocks, and what follows costs no request', async () => {
  const contract = await opened({ people: 2 });
  for (let attempt = 0; attempt < 5; attempt += 1)
    expect(await refusalOf(contract.sign(0, 'wrong'))).toBe('wrong_code');
  expect(await refusalOf(contract.sign(0, 'wrong'))).toBe('attempts_exceeded');
  expect(await refusalOf(contract.sendSms(0))).toBe('attempts_exceeded');
  const { platformId } = await contract.state();
  expect(await askedOf(stack, SIGN, { contractId: platformId! })).toHaveLength(5);
  expect((await contract.told()).slice(2)).toEqual([
    ...Array.from({ length: 5 }, () => 'signatory.code_refused'),
    'signatory.blocked',
  ]);
});

test('the seventh SMS is refused without a request', async () => {
  const contract = await opened();
  for (let sent = 0; sent < 6; sent += 1) await contract.sendSms(0);
  expect(await refusalOf(contract.sendSms(0))).toBe('sms_limit');
  const { platformId } = await contract.state();
  expect(await askedOf(stack, SMS, { contractId: platformId! })).toHaveLength(6);
});

test('codes asked for and wrong codes given on the site count too', async () => {
  const contract = await opened({ people: 2 });
  await stack.pass(60_000);
  for (let sent = 0; sent < 6; sent += 1) await contract.onSite('sms', 0);
  for (let attempt = 0; attempt < 5; attempt += 1) await contract.onSite('sign', 1, { code: 'x' });
  await stack.poll();
  await stack.until(
    'the counts are known',
    async () => (await contract.state()).signatories[0]?.smsSent === 6,
  );
  expect(await refusalOf(contract.sendSms(0))).toBe('sms_limit');
  expect(await refusalOf(contract.sign(1))).toBe('attempts_exceeded');
  expect(await contract.told()).toContain('signatory.blocked');
});

test('a limit that only the platform knew of yet is learned from its refusal', async () => {
  const contract = await opened();
  for (let sent = 0; sent < 6; sent += 1) await contract.onSite('sms', 0);
  expect(await refusalOf(contract.sendSms(0))).toBe('sms_limit');
  expect((await contract.state()).signatories[0]?.smsSent).toBe(6);
});

test('a deposit is paid on the site, then signing here is possible', async () => {
  const contract = await opened({ deposit: true });
  await contract.sendSms(0);
  expect(await refusalOf(contract.sign(0))).toBe('deposit_due');
  expect((await contract.state()).signatories[0]?.failures).toBe(0);
  await stack.pass(60_000);
  await contract.onSite('pay', 0);
  await stack.poll();
  await stack.until('the payment is known', async () =>
    Boolean((await contract.state()).signatories[0]?.deposit?.paidAt),
  );
  await contract.sign(0);
  await contract.reaches('completed');
});

test.each(['lose_reply', 'break_connection'])(
  'an SMS whose reply is lost (%s) goes out once',
  async (kind) => {
    const contract = await opened();
    await stack.fault(SMS, kind, { times: 1 });
    const sent = await stack.settle(contract.sendSms(0));
    expect(sent.signatories[0]).toMatchObject({ smsSent: 1, smsLeft: 5 });
    expect((await contract.there()).signatories[0]?.smsSent).toBe(1);
    expect((await contract.told()).filter((type) => type === 'signatory.code_sent')).toHaveLength(1);
  },
);

test('codes to all whose reply is lost go out once', async () => {
  const contract = await opened({ people: 2 });
  await stack.fault(SMS_ALL, 'lose_reply', { times: 1 });
  await stack.settle(contract.sendSms(null));
  expect((await contract.there()).signatories.map((one) => one.smsSent)).toEqual([1, 1]);
  expect((await contract.told()).filter((type) => type === 'signatory.code_sent')).toHaveLength(2);
});

test.each(['lose_reply', 'break_connection'])(
  'a signature whose reply is lost (%s) is given',
  async (kind) => {
    const contract = await opened();
    await contract.sendSms(0);
    await stack.fault(SIGN, kind, { times: 1 });
    expect((await stack.settle(contract.sign(0))).status).toBe('signed');
    await contract.reaches('completed');
  },
);

test.each(['lose_reply', 'break_connection'])(
  'a wrong code whose reply is lost (%s) costs one attempt',
  async (kind) => {
    const contract = await opened();
    await stack.fault(SIGN, kind, { times: 1 });
    expect(await refusalOf(stack.settle(contract.sign(0, 'wrong')))).toBe('wrong_code');
    expect((await contract.there()).signatories[0]?.attemptsLeft).toBe(4);
    expect((await contract.state()).signatories[0]?.failures).toBe(1);
  },
);

test.each(['sign', 'sendSms'] as const)('a worker killed after %s does it once', async (name) => {
  const contract = await opened();
  stack.killAfter(name, 2);
  if (name === 'sendSms') await stack.settle(contract.sendSms(0));
  else expect(await refusalOf(stack.settle(contract.sign(0, 'wrong')))).toBe('wrong_code');
  const there = (await contract.there()).signatories[0]!;
  expect(name === 'sendSms' ? there.smsSent : there.failures).toBe(1);
});

test('an SMS that the platform does not take is given up, and the caller is told', async () => {
  const contract = await opened();
  await stack.fault(SMS, 'status', { status: 503 });
  expect(await refusalOf(stack.settle(contract.sendSms(0)))).toBe('platform_unavailable');
  const { platformId } = await contract.state();
  expect(await askedOf(stack, SMS, { contractId: platformId! })).toHaveLength(3);
  await stack.mend();
  expect((await contract.sendSms(0)).signatories[0]?.smsSent).toBe(1);
});

test('a signature that stays unknown for an hour needs a person, and a look finds it', async () => {
  const contract = await opened();
  await contract.sendSms(0);
  await stack.fault(SIGN, 'lose_reply', { times: 1 });
  await stack.fault(DETAIL, 'status', { status: 503 });
  expect(await refusalOf(stack.settle(contract.sign(0)))).toBe('outcome_unknown');
  expect((await contract.state()).statusReason).toBe('sign_uncertain');
  expect(await refusalOf(contract.sendSms(0))).toBe('not_open');
  await stack.mend();
  await stack.settle(contract.resolve({ action: 'look_again' }));
  await contract.reaches('completed');
  expect((await contract.told()).slice(-3)).toEqual([
    'signatory.signed',
    'contract.signed',
    'contract.completed',
  ]);
});

test('an SMS that stays unknown for an hour needs a person', async () => {
  const contract = await opened();
  await stack.fault(SMS, 'lose_reply', { times: 1 });
  await stack.fault(DETAIL, 'status', { status: 503 });
  expect(await refusalOf(stack.settle(contract.sendSms(0)))).toBe('outcome_unknown');
  await stack.mend();
  await stack.settle(contract.resolve({ action: 'look_again' }));
  const state = await contract.state();
  expect([state.status, state.signatories[0]?.smsSent]).toEqual(['open', 1]);
});

test('the same update asked for twice is one attempt', async () => {
  const contract = await opened();
  await refusalOf(contract.sign(0, 'wrong', 'the-same'));
  expect(await refusalOf(contract.sign(0, 'wrong', 'the-same'))).toBe('wrong_code');
  expect((await contract.there()).signatories[0]?.failures).toBe(1);
});
