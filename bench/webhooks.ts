import { randomUUID } from 'node:crypto';
import { startServers } from './servers.js';
import { forkWorker, type ForkedWorker } from './webhooks/fork-worker.js';
import { measureFirstAttempts } from './webhooks/measure-first-attempts.js';
import { createWebhookStack, type WebhookStack } from './webhooks/stack.js';

/** The delivery of events, measured on this machine with real servers (issue 5, *How it is shown*). */
export async function benchWebhooks(): Promise<object> {
  const servers = await startServers();
  const stack = await createWebhookStack({ ...servers, taskQueue: `bench-${randomUUID()}` });
  try {
    const firstAttempts = await withWorker(stack, () =>
      measureFirstAttempts(stack, { seconds: 20, perSecond: 50 }),
    );
    return { firstAttempts };
  } finally {
    await stack.close();
    await servers.stop();
  }
}

async function withWorker<T>(stack: WebhookStack, work: () => Promise<T>): Promise<T> {
  const worker: ForkedWorker = await forkWorker(stack);
  stack.onEvent = () => worker.kick();
  try {
    return await work();
  } finally {
    await worker.kill();
  }
}
