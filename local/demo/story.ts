import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LocalError } from '../project.js';
import type { StackDescription } from '../stack/description.js';
import { until, type PatientClient } from './patient-client.js';
import type { PlatformView } from './platform-view.js';
import type { Receiver, WebhookEvent } from './receiver.js';
import { awaitMail, signOnSite } from './signatory.js';
import { demoTrigger, persons } from './trigger.js';

export interface StoryDeps {
  readonly client: PatientClient;
  readonly receiver: Receiver;
  readonly platform: PlatformView;
  readonly stack: StackDescription & { readonly mailbox: string };
  /** Where the business system keeps what was signed. */
  readonly folder: string;
  readonly tell: (text: string) => void;
}

interface Contract {
  readonly id: string;
  readonly status: string;
  readonly platformId: string | null;
  readonly signatories: readonly { readonly status: string; readonly email: string }[];
}

/** The platform's Example 1, from the trigger to the saved file. Gives the contract's id; throws when a step fails. */
export async function playExample(reference: string, deps: StoryDeps): Promise<string> {
  const { client, tell, platform } = deps;
  const since = new Date().toISOString();
  const trigger = { body: demoTrigger(reference, new Date()), idempotencyKey: reference };
  const { body: contract } = await client.ask<Contract>('/v1/contracts', trigger);
  tell(`A business system posts the contract ${reference}: accepted as ${contract.id}.`);
  const platformId = await until('the publication', async () => (await read(deps, contract.id)).platformId);
  tell('The connector has created it on the platform, which tells the signatories by mail:');
  // Nothing waits for the platform any more after the list that shows the last signature: look from before it on.
  let lastSigning = since;
  for (const { email } of persons) {
    lastSigning = new Date().toISOString();
    await signAs(email, since, deps);
  }
  tell(
    `Both have signed. The connector asks the platform for its list: ${await platform.listedAfter(lastSigning)}`,
  );
  const event = await awaitCompleted(deps, contract.id);
  tell(
    `It has retrieved the signed file, checked and archived it, and told us: ${event.type} (${event.id}),`,
  );
  tell('with a signature that our receiver has checked by the Standard Webhooks library.');
  tell(`The business system downloads what was signed: ${await saveSigned(reference, event, deps)}`);
  const count = await platform.contractsLike(platformId);
  if (count !== 1) throw new LocalError(`The platform has ${count} contracts of this name instead of one.`);
  const told = await awaitAll(deps, contract.id, event.sequence);
  tell(`One contract on the platform; events received: ${told.map(({ type }) => type).join(', ')}.`);
  return contract.id;
}

async function read({ client }: StoryDeps, id: string): Promise<Contract> {
  return (await client.ask<Contract>(`/v1/contracts/${id}`)).body;
}

async function signAs(email: string, since: string, deps: StoryDeps): Promise<void> {
  const mail = await awaitMail(deps.stack.mailbox, email, since);
  deps.tell(`  ✉ ${mail.to.join(', ')} — ${mail.subject}`);
  deps.tell(`    ${deps.stack.mailbox}/messages/${mail.id}`);
  const [link] = mail.links;
  if (link === undefined) throw new LocalError(`The mail to ${email} has no link.`);
  await signOnSite(link, '0000');
  deps.tell(`  ✍ ${email} opens the link, asks for a code, types 0000 and signs.`);
}

async function awaitCompleted({ receiver }: StoryDeps, contractId: string): Promise<WebhookEvent> {
  return until('the webhook contract.completed', async () => {
    const mine = receiver.events.filter(({ data }) => data.contract.id === contractId);
    return mine.find(({ type }) => type === 'contract.completed') ?? null;
  });
}

/** Deliveries go side by side and may overtake one another; their numbers, without a gap, give the order. */
async function awaitAll({ receiver }: StoryDeps, contractId: string, last: number): Promise<WebhookEvent[]> {
  return until('every event up to the last', async () => {
    const mine = receiver.events.filter(({ data }) => data.contract.id === contractId);
    const ordered = mine.toSorted((one, other) => one.sequence - other.sequence);
    return ordered.length === last && ordered.every(({ sequence }, at) => sequence === at + 1)
      ? ordered
      : null;
  });
}

async function saveSigned(reference: string, event: WebhookEvent, deps: StoryDeps): Promise<string> {
  const [document] = event.data.documents ?? [];
  if (document === undefined) throw new LocalError('contract.completed names no document.');
  const bytes = await deps.client.download(document.href);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== document.sha256)
    throw new LocalError('The downloaded file is not the one that was announced.');
  mkdirSync(deps.folder, { recursive: true, mode: 0o700 });
  const file = path.join(deps.folder, `${reference}.pdf`);
  writeFileSync(file, bytes, { mode: 0o600 });
  return `${file} (${bytes.length} bytes, SHA-256 as announced)`;
}
