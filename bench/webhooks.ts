import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startServers } from './servers.js';
import { forkWorker, type ForkedWorker } from './webhooks/fork-worker.js';
import { measureDeadEndpoint } from './webhooks/measure-dead-endpoint.js';
import { measureFirstAttempts } from './webhooks/measure-first-attempts.js';
import { readWorkflows } from './webhooks/read-workflows.js';
import { createRandom } from './webhooks/random.js';
import { createWebhookStack, type WebhookStack } from './webhooks/stack.js';
import { weatherStorm } from './webhooks/weather-storm.js';

/** Kills of the worker; pauses between them in milliseconds. */
const KILLS = 50;
const SHORTEST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 2_500;
const STORM = { contracts: 200, eventsEach: 5, perSecond: 5, settleMs: 300_000 };

/**
 * The delivery of events, measured on this machine with real servers (issue 5, *How it is shown*). Words after the
 * name choose parts: `first`, `dead` (with `rounds=N`), `storm` (with `seed=N`, about six minutes).
 */
export async function benchWebhooks(parts: readonly string[]): Promise<object> {
  const servers = await startServers();
  const stack = await createWebhookStack({ ...servers, taskQueue: `bench-${randomUUID()}` });
  const names = parts.filter((part) => !part.includes('='));
  const isWanted = (part: string): boolean => names.length === 0 || names.includes(part);
  const rounds = numberOf(parts, 'rounds') ?? 1;
  const seed = numberOf(parts, 'seed') ?? Math.floor(Math.random() * 2 ** 31);
  try {
    return {
      ...(isWanted('first') ? { firstAttempts: await withWorker(stack, firstAttempts) } : {}),
      ...(isWanted('dead')
        ? { deadEndpoint: await withWorker(stack, () => deadEndpoint(stack, rounds)) }
        : {}),
      ...(isWanted('storm') ? { storm: await storm(stack, seed) } : {}),
    };
  } finally {
    await stack.close();
    await servers.stop();
  }
}

function numberOf(parts: readonly string[], name: string): number | undefined {
  const text = parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  return text === undefined ? undefined : Number(text);
}

/** Events recorded by the worker itself, which knows of them at once, and by the api, which the worker must find. */
async function firstAttempts(stack: WebhookStack): Promise<object> {
  const wish = { seconds: 20, perSecond: 50 };
  const recordedByWorker = await measureFirstAttempts(stack, wish);
  stack.onEvent = () => undefined;
  return { recordedByWorker, recordedElsewhere: await measureFirstAttempts(stack, wish) };
}

const deadEndpoint = (stack: WebhookStack, rounds: number): Promise<object> =>
  measureDeadEndpoint(stack, { count: 1_000, perSecond: 50, rounds });

async function withWorker<T>(stack: WebhookStack, work: (stack: WebhookStack) => Promise<T>): Promise<T> {
  const worker = await forkWorker(stack);
  stack.onEvent = () => worker.kick();
  try {
    return await work(stack);
  } finally {
    await worker.kill();
  }
}

/** The events of 200 contracts, while the worker is killed again and again. */
async function storm(stack: WebhookStack, seed: number): Promise<object> {
  const random = createRandom(seed);
  let worker: ForkedWorker = await forkWorker(stack, true);
  stack.onEvent = () => worker.kick();
  const meanwhile = async (): Promise<void> => {
    for (let n = 0; n < KILLS; n++) {
      await pause(SHORTEST_PAUSE_MS + random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
      await worker.kill();
      worker = await forkWorker(stack, true);
    }
  };
  const began = performance.now();
  try {
    const report = await weatherStorm(stack, { ...STORM, random: createRandom(seed + 1), meanwhile });
    const seconds = Math.round((performance.now() - began) / 1_000);
    const workflows = await readWorkflows(stack, STORM.settleMs);
    return { seed, kills: KILLS, ...report, workflows, seconds };
  } finally {
    await worker.kill();
  }
}
