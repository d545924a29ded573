import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startServers } from './servers.js';
import { forkWorker, type ForkedWorker } from './webhooks/fork-worker.js';
import { measureDeadEndpoint } from './webhooks/measure-dead-endpoint.js';
import { measureFirstAttempts } from './webhooks/measure-first-attempts.js';
import { createWebhookStack, type WebhookStack } from './webhooks/stack.js';
import { weatherStorm } from './webhooks/weather-storm.js';

const KILLS = 50;

/**
 * The delivery of events, measured on this machine with real servers (issue 5, *How it is shown*). Words after the
 * name choose parts: `first`, `dead`, `storm`.
 */
export async function benchWebhooks(parts: readonly string[]): Promise<object> {
  const servers = await startServers();
  const stack = await createWebhookStack({ ...servers, taskQueue: `bench-${randomUUID()}` });
  const isWanted = (part: string): boolean => parts.length === 0 || parts.includes(part);
  try {
    return {
      ...(isWanted('first') ? { firstAttempts: await withWorker(stack, firstAttempts) } : {}),
      ...(isWanted('dead') ? { deadEndpoint: await withWorker(stack, deadEndpoint) } : {}),
      ...(isWanted('storm') ? { storm: await storm(stack, KILLS) } : {}),
    };
  } finally {
    await stack.close();
    await servers.stop();
  }
}

const firstAttempts = (stack: WebhookStack): Promise<object> =>
  measureFirstAttempts(stack, { seconds: 20, perSecond: 50 });

const deadEndpoint = (stack: WebhookStack): Promise<object> =>
  measureDeadEndpoint(stack, { count: 1_000, perSecond: 50 });

async function withWorker<T>(stack: WebhookStack, work: (stack: WebhookStack) => Promise<T>): Promise<T> {
  const worker = await forkWorker(stack);
  stack.onEvent = () => worker.kick();
  try {
    return await work(stack);
  } finally {
    await worker.kill();
  }
}

/** 200 contracts' events, while the worker is killed again and again. */
async function storm(stack: WebhookStack, kills: number): Promise<object> {
  let worker: ForkedWorker = await forkWorker(stack, true);
  stack.onEvent = () => worker.kick();
  const meanwhile = async (): Promise<void> => {
    for (let n = 0; n < kills; n++) {
      await pause(500 + Math.random() * 5_000);
      await worker.kill();
      worker = await forkWorker(stack, true);
    }
  };
  try {
    const wish = { contracts: 200, eventsEach: 5, perSecond: 5, settleMs: 900_000 };
    return { kills, ...(await weatherStorm(stack, { ...wish, meanwhile })) };
  } finally {
    await worker.kill();
  }
}
