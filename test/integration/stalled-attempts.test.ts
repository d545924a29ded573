import { createCreationActivities } from '../../activities/create-contract.js';
import { createGate, type Gate } from '../../activities/platform-gate.js';
import { createSigningActivities, type SmsInput } from '../../activities/signing.js';
import type { Platform } from '../../domain/platform.js';
import { createActivityStack, type ActivityStack } from '../support/activity-bench.js';
import { storeContract, type TwinView } from '../support/virtual-contract.js';

let stack: ActivityStack;
beforeAll(async () => {
  stack = await createActivityStack();
}, 120_000);
afterAll(() => stack.close(), 60_000);

interface Door {
  opened: Promise<void>;
  open: () => void;
}

function door(): Door {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

async function countThere(): Promise<number> {
  return (await stack.twin.control('/contracts')).body.count as number;
}

/** Creates by a worker of its own, whose request stands still at this place until it may go on. */
function createStandingStill(contractId: string, place: 'before' | 'at its end'): Attempt {
  const { db, vault, clock, connection } = stack;
  const [reached, goOn] = [door(), door()];
  const stand = async (): Promise<void> => {
    reached.open();
    await goOn.opened;
  };
  const platform: Platform = {
    ...stack.platform,
    async create(contract, mayStillSend) {
      if (place === 'before') await stand();
      return stack.platform.create(contract, async () => {
        const may = await mayStillSend();
        if (may && place === 'at its end') await stand();
        return may;
      });
    },
  };
  const gate = createGate({ db, clock, connection, platform });
  const { createContract } = createCreationActivities({ db, vault, clock, gate, graceMs: 60_000 });
  const since = clock.now().toISOString();
  const ended = createContract({ contractId, settleOnly: false, since }).then(
    () => 'created',
    () => 'failed',
  );
  return { reached: reached.opened, goOn: goOn.open, ended };
}

interface Attempt {
  reached: Promise<void>;
  goOn: () => void;
  ended: Promise<string>;
}

/** The gate of a worker of its own: it stands still before a request is written down, before it is sent or after it. */
function standingGate(
  operation: string,
  place: 'unwritten' | 'unsent' | 'answered',
): Omit<Attempt, 'ended'> & { gate: Gate } {
  const { db, clock, connection, platform } = stack;
  const [reached, goOn] = [door(), door()];
  const real = createGate({ db, clock, connection, platform });
  const stand = async (): Promise<void> => {
    reached.open();
    await goOn.opened;
  };
  const gate: Gate = async (deed, ask, idsOf) => {
    if (deed.operation !== operation) return real(deed, ask, idsOf);
    if (place === 'unwritten') await stand();
    return real(
      deed,
      async (...more) => {
        if (place === 'unsent') await stand();
        const answer = await ask(...more);
        if (place === 'answered') await stand();
        return answer;
      },
      idsOf,
    );
  };
  return { gate, reached: reached.opened, goOn: goOn.open };
}

/** A published contract of one person, and the SMS that is asked for. */
async function smsInput(): Promise<SmsInput> {
  const { id: contractId, signatories } = await storeContract(stack, {});
  const since = stack.clock.now().toISOString();
  const created = await stack.activities.createContract({ contractId, settleOnly: false, since });
  if (created.kind !== 'created') throw new Error(created.kind);
  const { platformId, signatoryPlatformIds } = created;
  const person = {
    id: signatories[0]!.id,
    platformId: signatoryPlatformIds[0]!,
    smsSent: 0,
    attemptsLeft: 5,
  };
  return { deedId: 'sms', contractId, platformId, signatories: [person] };
}

async function smsSentTo({ platformId }: SmsInput): Promise<number> {
  return ((await stack.twin.control(`/contracts/${platformId}`)).body as TwinView).signatories[0]!.smsSent;
}

test('a creation that stood still until another attempt was made sends nothing any more', async () => {
  const { id: contractId } = await storeContract(stack, {});
  const first = createStandingStill(contractId, 'before');
  await first.reached;
  const since = stack.clock.now().toISOString();
  const create = () => stack.activities.createContract({ contractId, settleOnly: false, since });
  const second = await stack.retried(create);
  first.goOn();
  expect(await first.ended).toBe('failed');
  expect(second.kind).toBe('created');
  expect(await countThere()).toBe(1);
  // What the late one said of itself is not taken for an attempt of which nothing is known.
  expect(await create()).toEqual(second);
});

test('a creation that is answered with the id of another contract of ours needs a person', async () => {
  const other = await smsInput();
  await stack.db
    .updateTable('paraphe.contract')
    .set({ platform_id: other.platformId })
    .where('id', '=', other.contractId)
    .execute();
  const { db, vault, clock, connection } = stack;
  const platform: Platform = {
    ...stack.platform,
    create: () =>
      Promise.resolve({ platformId: other.platformId, status: 'submitted', signatoryPlatformIds: ['s'] }),
  };
  const gate = createGate({ db, clock, connection, platform });
  const { createContract } = createCreationActivities({ db, vault, clock, gate, graceMs: 60_000 });
  const { id: contractId } = await storeContract(stack, {});
  const input = { contractId, settleOnly: false, since: clock.now().toISOString() };
  expect(await createContract(input)).toEqual({ kind: 'uncertain' });
  expect(await createContract(input)).toEqual({ kind: 'uncertain' });
  // Who gives it up is not told to cancel the other one.
  expect(await createContract({ ...input, settleOnly: true })).toEqual({ kind: 'not_created' });
});

test('a creation of which the end leaves right before another attempt is waited for, and found', async () => {
  const before = await countThere();
  const { id: contractId } = await storeContract(stack, {});
  const first = createStandingStill(contractId, 'at its end');
  await first.reached;
  stack.clock.pass(119_000);
  const since = stack.clock.now().toISOString();
  const create = () => stack.activities.createContract({ contractId, settleOnly: false, since });
  await expect(create()).rejects.toMatchObject({ type: 'CreationUncertain', nextRetryDelay: 60_000 });
  first.goOn();
  expect(await first.ended).toBe('created');
  expect((await stack.retried(create)).kind).toBe('created');
  expect(await countThere()).toBe(before + 1);
});

test('a creation that stood still before it was written down is not made beside another attempt’s', async () => {
  const before = await countThere();
  const { db, vault, clock } = stack;
  const { id: contractId } = await storeContract(stack, {});
  const { gate, reached, goOn } = standingGate('create', 'unwritten');
  const late = createCreationActivities({ db, vault, clock, gate, graceMs: 60_000 });
  const input = { contractId, settleOnly: false, since: clock.now().toISOString() };
  const first = late.createContract(input).then(
    () => 'created',
    () => 'failed',
  );
  await reached;
  expect((await stack.activities.createContract(input)).kind).toBe('created');
  goOn();
  expect(await first).toBe('failed');
  expect(await countThere()).toBe(before + 1);
});

test('a code that stood still before it was written down is not sent beside another attempt’s', async () => {
  const input = await smsInput();
  const { gate, reached, goOn } = standingGate('sms', 'unwritten');
  const first = createSigningActivities({ ...stack, gate })
    .sendSms(input)
    .catch(() => 'failed');
  await reached;
  expect((await stack.activities.sendSms(input)).kind).toBe('done');
  goOn();
  expect(await first).toBe('failed');
  expect(await smsSentTo(input)).toBe(1);
});

test('a code that is on its way, written down late, is waited for before another is sent', async () => {
  const input = await smsInput();
  const { gate, reached, goOn } = standingGate('sms', 'unsent');
  const first = createSigningActivities({ ...stack, gate }).sendSms(input);
  await reached;
  const second = (): ReturnType<typeof first.finally> => stack.activities.sendSms(input);
  await expect(second()).rejects.toMatchObject({ type: 'StillUnderWay', nextRetryDelay: 60_000 });
  goOn();
  expect((await first).kind).toBe('done');
  expect((await second()).kind).toBe('done');
  expect(await smsSentTo(input)).toBe(1);
});

test('what one attempt finds out late is not held for what came of the next', async () => {
  const input = await smsInput();
  const sendSms = (): ReturnType<typeof stack.activities.sendSms> => stack.activities.sendSms(input);
  const fault = (kind: string): Promise<unknown> =>
    stack.twin.control('/faults', { request: 'signatorySendSmsRequest', kind, times: 1 });
  await fault('break_connection');
  await expect(sendSms()).rejects.toMatchObject({ type: 'OutcomeUnknown' });
  const { gate, reached, goOn } = standingGate('detail', 'answered');
  const late = createSigningActivities({ ...stack, gate })
    .sendSms(input)
    .catch(() => 'failed');
  await reached;
  await fault('lose_reply');
  await expect(sendSms()).rejects.toMatchObject({ type: 'OutcomeUnknown' });
  goOn();
  expect(await late).toBe('failed');
  expect((await stack.retried(sendSms)).kind).toBe('done');
  expect(await smsSentTo(input)).toBe(1);
});

test('what stood still before it was sent is not sent late, and counts for nothing', async () => {
  const { db, connection, platform, clock } = stack;
  let reads = 0;
  const stalled = {
    now: () => new Date(clock.now().getTime() + 25_000 * (reads++ === 0 ? 0 : 1)),
  };
  const gate = createGate({ db, clock: stalled, connection, platform });
  const deed = { operation: 'sign', contractId: null, intent: 'sign:late' } as const;
  const sent: string[] = [];
  const send = (): Promise<void> => Promise.resolve(void sent.push('sign'));
  await expect(gate(deed, send)).rejects.toMatchObject({ code: 'timeout', sent: false });
  expect(sent).toEqual([]);
  const row = await db
    .selectFrom('paraphe.platform_call')
    .select(['outcome', 'counted'])
    .where('intent', '=', deed.intent)
    .executeTakeFirstOrThrow();
  expect(row).toEqual({ outcome: 'not_sent', counted: false });
});
