import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { StackDescription } from '../../local/stack/description.js';
import type { Receiver } from '../webhooks/receiver.js';

/** Instants in the life of a contract, in milliseconds. */
export interface Played {
  /** From the answer of the trigger to the webhook `contract.published`. */
  readonly publishedMs: number;
  /** From the last signature on the twin to the webhook `contract.completed`. */
  readonly completedMs: number;
  /** Of that, until the twin had answered the list request that showed the signature. */
  readonly pollMs: number;
}

const PATIENCE_MS = 60_000;
/** Longer than any poll interval that the bench sets. */
const MAX_POLL_MS = 5_000;

/** One contract from the trigger to the webhook; it is signed as soon as it is published. @throws when something is late */
export async function playContract(
  stack: StackDescription,
  receiver: Receiver,
  body: Buffer,
): Promise<Played> {
  const answer = await fetch(`${stack.api}/v1/contracts`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stack.key}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: new Uint8Array(body),
  });
  const accepted = Date.now();
  if (answer.status !== 202) throw new Error(`The trigger was answered ${answer.status}.`);
  const { id } = (await answer.json()) as { id: string };
  const published = await arrival(receiver, id, 'contract.published');
  const contract = await ask<{ platformId: string }>(`${stack.api}/v1/contracts/${id}`, stack.key);
  const signed = await signAll(stack.twinControl!, contract.platformId);
  const completed = await arrival(receiver, id, 'contract.completed');
  const listed = await listedAfter(stack.twinControl!, signed);
  return { publishedMs: published - accepted, completedMs: completed - signed, pollMs: listed - signed };
}

async function arrival(receiver: Receiver, contractId: string, type: string): Promise<number> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = receiver.arrivals.find(
      ({ body }) => body.includes(`"${contractId}"`) && body.includes(`"type":"${type}"`),
    );
    if (found !== undefined) return found.at;
    if (Date.now() > until) throw new Error(`${type} of ${contractId} did not come within a minute.`);
    await pause(5);
  }
}

/** Everybody signs; gives when the last one had, by the twin's clock, which is this machine's. */
async function signAll(control: string, platformId: string): Promise<number> {
  const url = `${control}/control/contracts/${encodeURIComponent(platformId)}`;
  const { signatories } = await ask<{ signatories: { id: string }[] }>(url);
  let signed = Number.NaN;
  for (const { id } of signatories) {
    const answer = await fetch(`${url}/signatories/${encodeURIComponent(id)}/sign`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    if (!answer.ok) throw new Error(`The twin answered ${answer.status}: ${await answer.text()}`);
    const { signatory } = (await answer.json()) as { signatory: { signedAt: string } };
    signed = Date.parse(signatory.signedAt);
  }
  return signed;
}

/** When the list was asked for that showed the signature: not before it, unless both were under way at once. */
async function listedAfter(control: string, instant: number): Promise<number> {
  const from = new Date(instant - MAX_POLL_MS).toISOString();
  const { requests } = await ask<{ requests: { at: string }[] }>(
    `${control}/control/requests?request=contractListRequest&status=200&from=${encodeURIComponent(from)}`,
  );
  const times = requests.map(({ at }) => Date.parse(at));
  const first = times.find((at) => at >= instant) ?? (times.length > 0 ? instant : undefined);
  if (first === undefined) throw new Error('The twin was asked for no list since the signature.');
  return first;
}

async function ask<T>(url: string, key?: string): Promise<T> {
  const headers = key === undefined ? undefined : { authorization: `Bearer ${key}` };
  const answer = await fetch(url, headers === undefined ? {} : { headers });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
  return (await answer.json()) as T;
}
