import { randomUUID } from 'node:crypto';
import { triggerBody } from './business-system.js';

/**
 * Floods the api: triggers and exports in equal parts, for a time, at a rate that does not wait for answers; with a
 * rate of 0 sixteen triggers at a time instead, each after the answer to the one before, which shows the capacity.
 * FLOOD_API, FLOOD_KEY, FLOOD_RATE, FLOOD_SECONDS, FLOOD_EXPORTS (paths, with commas). Prints one line of JSON.
 */
const env = (name: string): string => process.env[name] ?? '';
const api = env('FLOOD_API');
const rate = Number(env('FLOOD_RATE'));
const until = Date.now() + Number(env('FLOOD_SECONDS')) * 1_000;
const paths = env('FLOOD_EXPORTS').split(',').filter(Boolean);

const LANES = 16;
/** What is under way at once is bounded; what can't be sent for it is counted. */
const MOST_UNDER_WAY = 600;
const TICK_MS = 20;

const body = JSON.stringify(triggerBody({ label: 'Contrat of the flood', signatories: 1 }));
const counts: Record<string, number> = {};
let sent = 0;
let unsent = 0;
let withoutRetryAfter = 0;
const underWay = new Set<symbol>();

const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);

async function ask(method: string, path: string, kind: string): Promise<void> {
  const one = Symbol(kind);
  underWay.add(one);
  sent += 1;
  try {
    const response = await fetch(api + path, {
      method,
      headers: {
        authorization: `Bearer ${env('FLOOD_KEY')}`,
        ...(method === 'POST' ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {}),
      },
      ...(method === 'POST' ? { body } : {}),
      signal: AbortSignal.timeout(30_000),
    });
    await response.arrayBuffer();
    count(`${kind} ${response.status}`);
    if ([429, 503].includes(response.status) && response.headers.get('retry-after') === null)
      withoutRetryAfter += 1;
  } catch (error) {
    count(`${kind} ${(error as Error).name}`);
  } finally {
    underWay.delete(one);
  }
}

const trigger = (): Promise<void> => ask('POST', '/v1/contracts', 'trigger');

async function lane(): Promise<void> {
  while (Date.now() < until) await trigger();
}

async function flood(): Promise<void> {
  const began = Date.now();
  let due = 0;
  while (Date.now() < until) {
    const wanted = Math.floor(((Date.now() - began) / 1_000) * rate);
    for (; due < wanted; due += 1) {
      if (underWay.size >= MOST_UNDER_WAY) unsent += 1;
      else if (due % 2 === 0 || paths.length === 0) void trigger();
      else void ask('GET', paths[due % paths.length] ?? '/v1/usage', 'export');
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  while (underWay.size > 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
}

const work = rate === 0 ? Promise.all(Array.from({ length: LANES }, lane)) : flood();
void work.then(() =>
  process.stdout.write(`${JSON.stringify({ sent, unsent, counts, withoutRetryAfter })}\n`),
);
