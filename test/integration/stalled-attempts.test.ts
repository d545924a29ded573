import { createCreationActivities } from '../../activities/create-contract.js';
import { createGate } from '../../activities/platform-gate.js';
import type { Platform } from '../../domain/platform.js';
import { createActivityStack, type ActivityStack } from '../support/activity-bench.js';
import { storeContract } from '../support/virtual-contract.js';

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
