import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { AccountNews, WatchTurn } from '../../activities/watch.js';
import { SIGNALS, WORKFLOWS } from '../../domain/messages.js';
import { createTimeSkippingEnvironment, uniqueName } from '../support/temporal.js';
import { installRuntime, startWorker } from '../support/virtual-worker.js';
import { waitFor } from '../support/wait.js';
import { workflowBundle } from '../support/workflow-bundle.js';

const MINUTE = 60_000;

const CALM: WatchTurn = {
  outcome: 'looked',
  waiting: 3,
  changed: 0,
  used: 10,
  otherCalls: 10,
  limit: 1_000,
  nextInMs: 10 * MINUTE,
  soonestInMs: 2 * MINUTE,
};

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  installRuntime();
  env = await createTimeSkippingEnvironment();
}, 120_000);
afterAll(() => env.teardown());

interface Watching {
  /** Virtual instants of its turns, from the first on. */
  turns: number[];
  told: AccountNews['type'][];
  nudge: () => Promise<void>;
  /** Lets virtual time pass. */
  pass: (ms: number) => Promise<void>;
  runId: () => Promise<string>;
  history: () => ReturnType<WorkflowHandle['fetchHistory']>;
}

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of running.splice(0)) await end();
});

/** The watch as it is, over turns that find what the script says; the last of it goes on for ever. */
async function watching(script: (turn: number) => Partial<WatchTurn> = () => ({})): Promise<Watching> {
  const taskQueue = uniqueName('watch');
  const turns: number[] = [];
  const told: AccountNews['type'][] = [];
  const activities = {
    async watchTurn(): Promise<WatchTurn> {
      turns.push(await env.currentTimeMs());
      return { ...CALM, ...script(turns.length) };
    },
    tellClients({ type }: AccountNews): Promise<void> {
      told.push(type);
      return Promise.resolve();
    },
  };
  const bundle = await workflowBundle();
  const worker = await startWorker(env, bundle, taskQueue, activities);
  const handle = await env.client.workflow.start(WORKFLOWS.watch, {
    workflowId: taskQueue,
    taskQueue,
    args: ['con_test'],
  });
  running.push(async () => {
    await env.client.workflow.getHandle(taskQueue).terminate();
    await worker.stop();
  });
  await waitFor(() => turns.length > 0);
  return {
    turns,
    told,
    nudge: () => handle.signal(SIGNALS.nudge),
    async pass(ms) {
      await worker.quiet();
      await env.sleep(ms);
      await worker.quiet();
    },
    history: () => env.client.workflow.getHandle(taskQueue).fetchHistory(),
    runId: async () => (await env.client.workflow.getHandle(taskQueue).describe()).runId,
  };
}

/** Pauses between turns in minutes; what the machine takes for a turn passes in virtual time too. */
function pauses(turns: number[]): number[] {
  return turns.slice(1).map((at, index) => Math.floor((at - turns[index]!) / MINUTE));
}

test('polls come at the interval that each turn computes', async () => {
  const watch = await watching((turn) => ({ nextInMs: turn === 2 ? 30 * MINUTE : 10 * MINUTE }));
  await watch.pass(55 * MINUTE);
  expect(pauses(watch.turns)).toEqual([10, 30, 10]);
});

test('a nudge brings the next poll forward, not before the shortest pause', async () => {
  const watch = await watching();
  await watch.pass(MINUTE / 2);
  await watch.nudge();
  await watch.pass(4 * MINUTE);
  await watch.nudge();
  await watch.pass(MINUTE);
  expect(pauses(watch.turns)).toEqual([2, 2]);
});

test('nudges in one pause bring one poll', async () => {
  const watch = await watching();
  for (let count = 0; count < 5; count += 1) await watch.nudge();
  await watch.pass(9 * MINUTE);
  expect(pauses(watch.turns)).toEqual([2]);
});

test('a quota that runs low and out is told once each, and again after it had room', async () => {
  const used = [10, 810, 830, 970, 965, 930, 100, 805, 805];
  const watch = await watching((turn) => ({ otherCalls: used[Math.min(turn, used.length) - 1]! }));
  await watch.pass(used.length * 10 * MINUTE);
  expect(watch.told).toEqual(['quota.low', 'quota.exhausted', 'quota.low']);
});

test('an outage is told at its third turn without an answer, its end once', async () => {
  const outcomes = [
    'looked',
    'unavailable',
    'looked',
    ...Array<'unavailable'>(6).fill('unavailable'),
  ] as const;
  const watch = await watching((turn) => ({ outcome: outcomes[turn - 1] ?? 'looked' }));
  await watch.pass(65 * MINUTE);
  expect(watch.told).toEqual(['platform.unavailable']);
  await watch.pass(60 * MINUTE);
  expect(watch.told).toEqual(['platform.unavailable', 'platform.recovered']);
});

test('a turn that had no slot does not end an outage', async () => {
  const outcomes = ['unavailable', 'unavailable', 'unavailable', 'skipped', 'unavailable', 'looked'] as const;
  const watch = await watching((turn) => ({ outcome: outcomes[turn - 1] ?? 'looked' }));
  await watch.pass(80 * MINUTE);
  expect(watch.told).toEqual(['platform.unavailable', 'platform.recovered']);
});

test('a turn whose process was killed is missed after 30 seconds', async () => {
  const watch = await watching();
  // A workflow that is ended in the middle of an activity leaves the server's time standing, for the next test too.
  await watch.pass(MINUTE);
  const { events } = await watch.history();
  const scheduled = events?.find((event) => event.activityTaskScheduledEventAttributes);
  expect(Number(scheduled?.activityTaskScheduledEventAttributes?.heartbeatTimeout?.seconds)).toBe(30);
});

test('begun afresh after a long history, it remembers what it told', async () => {
  const watch = await watching(() => ({ otherCalls: 850, outcome: 'unavailable', nextInMs: 3 * MINUTE }));
  const first = await watch.runId();
  for (let hour = 0; (await watch.runId()) === first; hour += 1) {
    if (hour > 60) throw new Error('it was never begun afresh');
    await watch.pass(60 * MINUTE);
  }
  await watch.pass(60 * MINUTE);
  expect(watch.told).toEqual(['quota.low', 'platform.unavailable']);
}, 240_000);
