import { randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { StackDescription } from '../local/stack/description.js';
import { triggerBody } from './accept/trigger-body.js';
import { playContract, type Played } from './flow/play-contract.js';
import { startLocalStack, type BenchStack } from './local-stack.js';
import { memoryOf, type Memory } from './memory.js';
import { summarise } from './percentile.js';
import { openReceiver, type Receiver } from './webhooks/receiver.js';

const PDF_BYTES = 50_000;
const CONTRACTS = 20;
/** The first contracts find everything cold. */
const WARM = 3;
const POLL_MS = 1_000;
const IDLE_MS = 30_000;

/**
 * The whole product as separate processes, one contract after the other: from the trigger to `contract.published`,
 * from the last signature on the twin to `contract.completed` at the receiver, and the memory of api and worker after it
 * and after half a minute of rest.
 */
export async function benchFlow(): Promise<object> {
  const began = performance.now();
  const stack = await startLocalStack({
    WATCH_MIN_INTERVAL_MS: String(POLL_MS),
    WATCH_MAX_INTERVAL_MS: String(POLL_MS),
  });
  const readyMs = Math.round(performance.now() - began);
  const receiver = await openReceiver();
  try {
    await subscribe(stack, receiver);
    const played: Played[] = [];
    const body = triggerBody(PDF_BYTES);
    for (let turn = 0; turn < WARM + CONTRACTS; turn++)
      played.push(await playContract(stack.description, receiver, body));
    const afterFlow = memoryOfAll(stack.description);
    await pause(IDLE_MS);
    const memory = { afterFlow, atRest: memoryOfAll(stack.description) };
    const ending = performance.now();
    await stack.stop();
    const stoppedMs = Math.round(performance.now() - ending);
    const shape = { cpus: cpus().length, pdfBytes: PDF_BYTES, pollIntervalMs: POLL_MS, contracts: CONTRACTS };
    return { ...shape, readyMs, stoppedMs, ...summaryOf(played.slice(WARM)), memory };
  } finally {
    receiver.close();
    await stack.stop();
  }
}

async function subscribe({ post }: BenchStack, receiver: Receiver): Promise<void> {
  const endpoint = { url: receiver.url, events: ['contract.*'] };
  const answer = await post('/v1/webhook-endpoints', endpoint, { 'idempotency-key': randomUUID() });
  if (answer.status !== 201) throw new Error(`The endpoint was answered ${answer.status}.`);
}

function summaryOf(played: readonly Played[]): object {
  return {
    acceptedToPublishedMs: summarise(played.map((one) => one.publishedMs)),
    signedToWebhookMs: summarise(played.map((one) => one.completedMs)),
    waitForPollMs: summarise(played.map((one) => one.pollMs)),
    afterPollMs: summarise(played.map((one) => one.completedMs - one.pollMs)),
  };
}

function memoryOfAll({ processes }: StackDescription): Record<string, Memory> {
  const of = (name: string): Memory => memoryOf(processes[name]!);
  const [api, worker] = [of('api'), of('worker')];
  const sum = (one: number, other: number): number => Math.round((one + other) * 10) / 10;
  const together = { rssMb: sum(api.rssMb, worker.rssMb), pssMb: sum(api.pssMb, worker.pssMb) };
  return { api, worker, together };
}
