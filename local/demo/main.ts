import path from 'node:path';
import { LocalError } from '../project.js';
import { addressTable, presentPages, workflowPath } from '../stack/greeting.js';
import type { StackDescription } from '../stack/description.js';
import { readStackSettings, type StackSettings } from '../stack/settings.js';
import { startStack, type Stack } from '../stack/stack.js';
import { stopSignal, untilAborted } from '../stack/until-stopped.js';
import { createPatientClient } from './patient-client.js';
import { createPlatformView } from './platform-view.js';
import { openReceiver } from './receiver.js';
import { findRunningStack } from './running-stack.js';
import { playExample } from './story.js';

/** `npm run demo`: starts what is missing, plays the platform's Example 1, stays up unless `--once`. */
async function main(): Promise<void> {
  const signal = stopSignal();
  const settings = readStackSettings(process.env, process.argv);
  const running = findRunningStack(settings.home);
  if (running === null) tell('Starting PostgreSQL, Temporal, the mailbox, the twin, the API and the worker…');
  const stack: Stack =
    running === null
      ? await startStack(settings, signal)
      : { description: running, stop: () => Promise.resolve() };
  try {
    const id = await play(stack.description, settings);
    console.log(
      `\n${addressTable(stack.description, await presentPages(stack.description), workflowPath(id))}`,
    );
    if (process.argv.includes('--once')) return;
    console.log('\nCtrl-C ends everything.');
    await untilAborted(signal);
  } finally {
    await stack.stop();
  }
}

async function play(stack: StackDescription, { home }: StackSettings): Promise<string> {
  const { mailbox, twinControl } = stack;
  if (mailbox === null || twinControl === null) {
    throw new LocalError('The demo plays on the mailbox and the twin: unset SMTP_URL and PLATFORM_URL.');
  }
  const reference = `HR-${new Date().toISOString().slice(0, 19).replaceAll(/\D/g, '')}`;
  const client = createPatientClient(stack.api, stack.key);
  const receiver = await openReceiver();
  const { body: endpoint } = await client.ask<{ id: string; secret: string }>('/v1/webhook-endpoints', {
    body: { url: receiver.url, events: ['contract.*', 'signatory.*'], description: 'Demo' },
    idempotencyKey: `${reference}-endpoint`,
  });
  receiver.trust(endpoint.secret);
  const platform = createPlatformView(twinControl);
  const folder = path.join(home, 'demo');
  try {
    return await playExample(reference, {
      client,
      receiver,
      platform,
      folder,
      tell,
      stack: { ...stack, mailbox },
    });
  } finally {
    await client.remove(`/v1/webhook-endpoints/${endpoint.id}`).catch(() => undefined);
    receiver.close();
  }
}

function tell(text: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)}  ${text}`);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    const known = error instanceof LocalError;
    console.error(`paraphe: ${known ? error.message : String((error as Error).stack ?? error)}`);
    process.exit(1);
  },
);
