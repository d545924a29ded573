import { createWebhookStack, type WebhookStack } from '../../bench/webhooks/stack.js';
import { runDeliveries, type DeliveringWorker } from '../../bench/webhooks/run-worker.js';
import { createTestDatabase } from './postgres.js';
import { temporalAddress, uniqueName } from './temporal.js';
import { tracedBundle } from './workflow-bundle.js';

export interface DeliveryTestBed {
  readonly stack: WebhookStack;
  startWorker(wish?: Parameters<typeof runDeliveries>[2]): Promise<DeliveringWorker>;
  close(): Promise<void>;
}

/** A stack of the test file's own, on the run's servers; workers in this process, kicked at each event. */
export async function openDeliveryTestBed(): Promise<DeliveryTestBed> {
  const database = await createTestDatabase();
  const servers = { databaseUrl: database.url, temporalAddress: await temporalAddress() };
  const stack = await createWebhookStack({ ...servers, taskQueue: uniqueName('deliveries') });
  const workers = new Set<DeliveringWorker>();
  stack.onEvent = () => workers.forEach((worker) => worker.kick());
  return {
    stack,
    async startWorker(wish) {
      const worker = await runDeliveries(stack, { workflowBundle: await tracedBundle() }, wish);
      workers.add(worker);
      const stop = (): Promise<void> => (workers.delete(worker) ? worker.stop() : Promise.resolve());
      return { kick: () => worker.kick(), stop };
    },
    async close() {
      await Promise.all([...workers].map((worker) => worker.stop()));
      await stack.close();
      await database.drop();
    },
  };
}
