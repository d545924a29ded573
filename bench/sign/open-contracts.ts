import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { triggerBody } from '../accept/trigger-body.js';
import type { BenchStack } from '../local-stack.js';

export interface OpenContract {
  id: string;
  signatories: string[];
}

const AT_ONCE = 8;
const PDF_BYTES = 2_000;

/** Contracts that were triggered and are open on the platform, which writes to nobody. */
export async function openContracts(
  stack: BenchStack,
  count: number,
  people: number,
): Promise<OpenContract[]> {
  const trigger = { ...triggerWith(people), notify: { signatories: false, owner: false } };
  const contracts: OpenContract[] = [];
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      const answer = await stack.post('/v1/contracts', trigger, { 'idempotency-key': randomUUID() });
      if (answer.status !== 202) throw new Error(`a trigger was answered ${answer.status}`);
      const { id, signatories } = (await answer.json()) as { id: string; signatories: { id: string }[] };
      contracts.push({ id, signatories: signatories.map((signatory) => signatory.id) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  while (await anyAccepted(stack)) await pause(500);
  return contracts;
}

function triggerWith(people: number): Record<string, unknown> {
  const trigger = JSON.parse(triggerBody(PDF_BYTES).toString()) as { signatories: object[] };
  const signatories = Array.from({ length: people }, (_none, index) => ({
    firstName: 'Camille',
    lastName: `Exemple${index}`,
    email: `camille${index}@example.org`,
    mobile: '+33 6 39 98 00 01',
  }));
  return { ...trigger, signatories };
}

/** Whether one of them is not open yet. */
async function anyAccepted({ description }: BenchStack): Promise<boolean> {
  const answer = await fetch(`${description.api}/v1/contracts?status=accepted&limit=1`, {
    headers: { authorization: `Bearer ${description.key}` },
  });
  return ((await answer.json()) as { data: object[] }).data.length > 0;
}
