import type { Verify } from '../../activities/prove-document.js';
import { checkTrail } from '../../adapters/signature/verify/check-trail.js';
import { verdictOf } from '../../adapters/signature/verify/reason.js';
import type { Verification } from '../../domain/contract/state.js';
import { acceptVirtual, refusalOf, type VirtualContract } from '../support/virtual-contract.js';
import { createVirtualStack, type VirtualStack } from '../support/virtual-stack.js';

const HOUR = 3_600_000;
const VERDICTS = {
  'TOTAL-PASSED': 'passed',
  INDETERMINATE: 'indeterminate',
  'TOTAL-FAILED': 'failed',
} as const;

let verdict: Verification = 'passed';
let stack: VirtualStack;
beforeAll(async () => {
  // The seal is none that could be verified; the audit trail is the twin's own.
  const verify: Verify = ({ trail }) => {
    if (verdict !== 'passed') return Promise.resolve({ verification: verdict, reason: 'test_reason' });
    const reasons = checkTrail(trail, { sealedAt: null, now: stack.clock.now() });
    const found = VERDICTS[verdictOf(reasons).verdict];
    return Promise.resolve({ verification: found, reason: reasons[0]?.code ?? null });
  };
  stack = await createVirtualStack({ verify });
}, 180_000);
afterEach(() => stack.mend());
afterAll(() => stack.close(), 60_000);

async function signedWith(result: Verification): Promise<VirtualContract> {
  verdict = result;
  const contract = await acceptVirtual(stack);
  await contract.reaches('open');
  await contract.sendSms(0);
  await contract.sign(0);
  return contract;
}

test('a signed file that comes late completes the contract when it is there', async () => {
  verdict = 'passed';
  await stack.fault('contractDetailRequest', 'seal_late', { ms: 3 * HOUR });
  const contract = await signedWith('passed');
  await stack.pass(HOUR);
  expect((await contract.state()).status).toBe('signed');
  await stack.mend();
  await contract.reaches('completed');
});

test('a document that fails its verification needs a person, who has it retrieved again', async () => {
  const contract = await signedWith('failed');
  await contract.reaches('attention');
  expect((await contract.told()).slice(-3)).toEqual([
    'contract.signed',
    'document.verification_failed',
    'contract.attention',
  ]);
  expect(await refusalOf(contract.cancel())).toBe('not_cancellable');
  verdict = 'passed';
  await stack.settle(contract.resolve({ action: 'retrieve_again' }));
  await contract.reaches('completed');
});

test('a platform that says in its log that the contract was cancelled needs a person', async () => {
  await stack.fault('contractDetailRequest', 'tamper_log', { how: 'cancel' });
  const contract = await signedWith('passed');
  await contract.reaches('attention');
  expect((await contract.told()).slice(-2)).toEqual(['document.verification_failed', 'contract.attention']);
  expect((await contract.state()).documents[0]?.signed?.verification).toBe('failed');
});

test('a log that lacks a signature is waited for', async () => {
  await stack.fault('contractDetailRequest', 'tamper_log', { how: 'drop' });
  const contract = await signedWith('passed');
  await stack.pass(HOUR);
  const state = await contract.state();
  expect([state.status, state.documents[0]?.signed?.verification]).toEqual(['signed', 'indeterminate']);
  await stack.mend();
  await contract.reaches('completed');
});

test('a person accepts a document as it is, and its verdict stays', async () => {
  const contract = await signedWith('failed');
  await contract.reaches('attention');
  await stack.settle(contract.resolve({ action: 'accept' }));
  const state = await contract.state();
  expect([state.status, state.documents[0]?.signed?.verification]).toEqual(['completed', 'failed']);
});

test('a document that stays undecided for a day needs a person', async () => {
  const contract = await signedWith('indeterminate');
  await stack.pass(23 * HOUR);
  expect((await contract.state()).status).toBe('signed');
  await contract.reaches('attention');
  expect((await contract.state()).statusReason).toBe('indeterminate');
});

test('a worker killed after the retrieval completes the contract once', async () => {
  stack.killAfter('retrieve', 2);
  const contract = await signedWith('passed');
  await contract.reaches('completed');
  expect((await contract.told()).filter((type) => type === 'contract.completed')).toHaveLength(1);
});

test('a killed worker is missed after 30 seconds, but after two minutes in a creation, which may be on its way', async () => {
  const contract = await signedWith('passed');
  await contract.reaches('completed');
  const { events } = await stack.env.client.workflow.getHandle(contract.id).fetchHistory();
  const seconds = new Map<string, number[]>();
  for (const { activityTaskScheduledEventAttributes: scheduled } of events ?? [])
    if (scheduled)
      seconds.set(
        String(scheduled.activityType?.name),
        [scheduled.heartbeatTimeout, scheduled.startToCloseTimeout].map((time) => Number(time?.seconds ?? 0)),
      );
  expect(seconds.get('retrieve')?.[0]).toBe(30);
  expect(seconds.get('createContract')).toEqual([0, 120]);
});
