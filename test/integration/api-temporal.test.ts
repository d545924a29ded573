import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createContractUpdates, NotRunning, type ContractUpdates } from '../../api/contract-updates.js';
import { connectTemporal } from '../../api/temporal.js';
import { temporalAddress, uniqueName } from '../support/temporal.js';

let updates: ContractUpdates;
let client: Client;
let workflowId: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  const address = await temporalAddress();
  const [connection, native] = [
    await Connection.connect({ address }),
    await NativeConnection.connect({ address }),
  ];
  const taskQueue = uniqueName('desk');
  const workflowsPath = require.resolve('../fixtures/workflows/desk');
  const worker = await Worker.create({ connection: native, taskQueue, workflowsPath });
  const running = worker.run();
  client = new Client({ connection });
  workflowId = uniqueName('desk');
  await client.workflow.start('desk', { workflowId, taskQueue });
  updates = createContractUpdates({ client: client.workflow, temporalUp: async () => true });
  stop = async () => {
    await client.workflow.getHandle(workflowId).terminate();
    worker.shutdown();
    await running;
    await Promise.all([connection.close(), native.close()]);
  };
}, 120_000);
afterAll(() => stop());

const ask = (argument: object, updateId = uniqueName('update')) =>
  updates.execute(workflowId, 'ask', argument, updateId);

test('More updates at once than Temporal takes wait their turn, and each gets its answer', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => ask({ waitMs: 50 })));
  expect(new Set(answers).size).toBe(40);
});

test('What is far too much is told to come back', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 260 }, () => ask({})));
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  for (const { reason } of refused)
    expect(reason).toMatchObject({ code: 'too_many_requests', options: { retryAfterSeconds: 1 } });
});

test('A refusal by the validator and one in the work become the same kind of problem, with their figures', async () => {
  await expect(ask({ refuse: 'sms_limit' })).rejects.toMatchObject({
    code: 'sms_limit',
    options: { extra: { smsLeft: 0 }, retryAfterSeconds: 2 },
  });
  await expect(ask({ fail: 'wrong_code' })).rejects.toMatchObject({
    code: 'wrong_code',
    options: { extra: { attemptsLeft: 3 } },
  });
  await expect(ask({ fail: 'never_heard_of' })).rejects.not.toHaveProperty('status');
});

test('The same id gets the same outcome, without a second attempt', async () => {
  const first = await ask({}, 'the-same');
  expect(await ask({}, 'the-same')).toBe(first);
  await expect(ask({ fail: 'wrong_code' }, 'the-same-failed')).rejects.toMatchObject({ code: 'wrong_code' });
  await expect(ask({}, 'the-same-failed')).rejects.toMatchObject({ code: 'wrong_code' });
});

test('A workflow that is not there says so', async () => {
  await expect(updates.execute(uniqueName('none'), 'ask', {}, 'x')).rejects.toBeInstanceOf(NotRunning);
});

test('While Temporal is away the answer is soon that it is', async () => {
  const away = connectTemporal('127.0.0.1:1', 'default');
  const lost = createContractUpdates({ client: away.client.workflow, temporalUp: () => away.up() });
  const began = performance.now();
  await expect(lost.execute('any', 'ask', {}, 'x')).rejects.toMatchObject({ code: 'service_unavailable' });
  expect(performance.now() - began).toBeLessThan(10_000);
  await away.close();
});
