import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { triggerBody } from './business-system.js';

/**
 * Floods apis: triggers and exports in equal parts, for a time, at a rate that does not wait for answers; with a rate
 * of 0 sixteen triggers at a time instead, each after the answer to the one before, which shows the capacity. On
 * connections that stay open: what the flood costs is taken from those who bear it.
 * FLOOD_APIS and FLOOD_EXPORTS (addresses and paths, with commas), FLOOD_KEY, FLOOD_RATE, FLOOD_SECONDS. Prints one
 * line of JSON when it begins, and one when it is over.
 */
const env = (name: string): string => process.env[name] ?? '';
const apis = env('FLOOD_APIS').split(',');
const rate = Number(env('FLOOD_RATE'));
const seconds = Number(env('FLOOD_SECONDS'));
const paths = env('FLOOD_EXPORTS').split(',').filter(Boolean);

const LANES = 16;
/**
 * What is under way at once is bounded; what can't be sent for it is counted. A proxy keeps connections: hundreds that
 * begin at once would each wait for a turn of the api's event loop, and with them whoever signs.
 */
const MOST_UNDER_WAY = 64;
const TICK_MS = 20;
const PATIENCE_MS = 30_000;

const body = JSON.stringify(triggerBody({ label: 'Contrat of the flood', signatories: 1 }));
const agent = new Agent({ keepAlive: true, maxSockets: MOST_UNDER_WAY });
const counts: Record<string, number> = {};
let sent = 0;
let unsent = 0;
let underWay = 0;
let withoutRetryAfter = 0;

const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);

function ask(method: string, path: string, kind: string): Promise<void> {
  const api = apis[sent % apis.length] ?? '';
  const headers = {
    authorization: `Bearer ${env('FLOOD_KEY')}`,
    ...(method === 'POST'
      ? { 'content-type': 'application/json', 'content-length': body.length, 'idempotency-key': randomUUID() }
      : {}),
  };
  sent += 1;
  underWay += 1;
  return new Promise((resolve) => {
    const over = (what: string): void => {
      count(`${kind} ${what}`);
      underWay -= 1;
      resolve();
    };
    const asked = request(api + path, { method, headers, agent, timeout: PATIENCE_MS }, (answer) => {
      const { statusCode = 0 } = answer;
      if ([429, 503].includes(statusCode) && answer.headers['retry-after'] === undefined)
        withoutRetryAfter += 1;
      answer.resume();
      answer.once('end', () => over(String(statusCode)));
      answer.once('error', (error) => over(error.name));
    });
    asked.once('timeout', () => asked.destroy(new Error('timeout')));
    asked.once('error', (error: NodeJS.ErrnoException) => over(error.code ?? error.message));
    asked.end(method === 'POST' ? body : undefined);
  });
}

const trigger = (): Promise<void> => ask('POST', '/v1/contracts', 'trigger');

async function lane(until: number): Promise<void> {
  while (Date.now() < until) await trigger();
}

async function flood(until: number): Promise<void> {
  const began = Date.now();
  const asked: Promise<void>[] = [];
  let due = 0;
  while (Date.now() < until) {
    const wanted = Math.floor(((Date.now() - began) / 1_000) * rate);
    for (; due < wanted; due += 1) {
      if (underWay >= MOST_UNDER_WAY) unsent += 1;
      else if (due % 2 === 0 || paths.length === 0) asked.push(trigger());
      else asked.push(ask('GET', paths[due % paths.length] ?? '/v1/usage', 'export'));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(asked);
}

async function main(): Promise<void> {
  process.stdout.write('{"begun":true}\n');
  const end = Date.now() + seconds * 1_000;
  if (rate === 0) await Promise.all(Array.from({ length: LANES }, () => lane(end)));
  else await flood(end);
  process.stdout.write(`${JSON.stringify({ sent, unsent, counts, withoutRetryAfter })}\n`);
  agent.destroy();
}

void main();
