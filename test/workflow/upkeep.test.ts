import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { WORKFLOWS } from '../../domain/messages.js';
import { createTimeSkippingEnvironment, uniqueName } from '../support/temporal.js';
import { installRuntime, startWorker } from '../support/virtual-worker.js';
import { workflowBundle } from '../support/workflow-bundle.js';

const CHORES = [
  'ensureWatch',
  'startContracts',
  'keepJournal',
  'completeEvidence',
  'startPurges',
  'purgeEvents',
  'purgeOutcomes',
  'purgeUploads',
  'announceExpiringKeys',
  'sweepArchive',
];

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  installRuntime();
  env = await createTimeSkippingEnvironment();
}, 120_000);
afterAll(() => env.teardown());

/** One run in which one chore fails. @returns what was done all the same */
async function upkeepWithout(broken: string): Promise<string[]> {
  const done: string[] = [];
  const chore = (name: string) => (): Promise<void> =>
    name === broken ? Promise.reject(new Error('broken')) : Promise.resolve(void done.push(name));
  const activities = Object.fromEntries(CHORES.map((name) => [name, chore(name)]));
  const taskQueue = uniqueName('upkeep');
  const worker = await startWorker(env, await workflowBundle(), taskQueue, activities);
  const run = env.client.workflow.execute(WORKFLOWS.upkeep, { workflowId: taskQueue, taskQueue, args: [] });
  await run.finally(() => worker.stop());
  return done;
}

test.each(CHORES)('a chore that fails holds up none of the others: %s', async (broken) => {
  expect(await upkeepWithout(broken)).toEqual(CHORES.filter((name) => name !== broken));
});
