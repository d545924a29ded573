import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWebhookSender } from '../../adapters/webhooks/send.js';
import { createSecret, signHeaders } from '../../adapters/webhooks/sign.js';
import { createUrlPolicy } from '../../domain/webhooks/url-policy.js';
import { createSigningKey } from '../../runtime/webhook-keys.js';
import { waitFor } from './wait.js';

/** A program of a guide, running and listening. */
export interface GuideReceiver {
  url: string;
  /** What it printed of events. */
  lines(): string[];
  stop(): Promise<void>;
}

export interface Sending {
  id: string;
  body: string;
  timestamp?: Date;
  secrets?: string[];
  /** What is sent instead of what was signed. */
  altered?: string;
}

export const secret = createSecret();
const oldSecret = createSecret();
export const signingKey = createSigningKey();
const policy = createUrlPolicy({ allowedNetworks: ['127.0.0.1'] });

/**
 * Starts a program with our secret and waits until it says where it listens.
 * @param port where a program listens that can't choose one itself
 */
export async function startGuideReceiver(
  program: string,
  args: string[],
  { env = {}, port = 0, cwd }: { env?: Record<string, string>; port?: number; cwd?: string } = {},
): Promise<GuideReceiver> {
  const child: ChildProcess = spawn(program, args, {
    cwd,
    env: { PATH: process.env['PATH'], PORT: String(port), WEBHOOK_SECRET: secret, ...env },
    stdio: ['ignore', 'pipe', port === 0 ? 'inherit' : 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const listening = await waitFor(
    () =>
      /listening[^\n]*?(\d+)\D*$/m.exec(output)?.[1] ?? /Server \(http:\S+:(\d+)\) started/.exec(output)?.[1],
  );
  return {
    url: `http://127.0.0.1:${listening}/hook`,
    lines: () => output.split('\n').filter((line) => /^(?:contract|webhook)\./.test(line)),
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** Sends as we do, signed with `v1` for each secret and with `v1a`. @returns the status that came back */
export async function sendSigned(url: string, sending: Sending): Promise<number | undefined> {
  const { id, body, timestamp = new Date(), secrets = [secret, oldSecret] } = sending;
  const keys = [{ id: 'whk_1', privateKey: signingKey.privateKey }];
  const headers = { ...signHeaders({ id, body, timestamp, secrets, keys }) };
  const sender = createWebhookSender({ policy, lookup: () => Promise.resolve([]), version: '0' });
  const attempt = await sender.send({ endpointId: 'whe_1', url, headers, body: sending.altered ?? body });
  await sender.close();
  return attempt.status;
}

/** A small event with letters beyond ASCII. */
export function guideMessage(id: string, sequence: number, status: string): string {
  return JSON.stringify({
    id,
    type: `contract.${status}`,
    sequence,
    data: { contract: { id: 'ctr_1', status, reference: 'Été – 署名' } },
  });
}

/** What every receiver must do with what we send. @returns the statuses: good, good, then four that are not */
export async function tryReceiver({ url }: GuideReceiver): Promise<(number | undefined)[]> {
  const good = { id: 'evt_1', body: guideMessage('evt_1', 1, 'accepted') };
  const bad = { id: 'evt_x', body: guideMessage('evt_x', 99, 'rejected') };
  return [
    await sendSigned(url, good),
    await sendSigned(url, { ...good, id: 'evt_1b', secrets: [createSecret(), secret] }),
    await sendSigned(url, { ...bad, altered: `${bad.body} ` }),
    await sendSigned(url, { ...bad, timestamp: new Date(Date.now() - 600_000) }),
    await sendSigned(url, { ...bad, timestamp: new Date(Date.now() + 600_000) }),
    await sendSigned(url, { ...bad, secrets: [createSecret()] }),
  ];
}

export const ACCEPTED_AND_REFUSED = [204, 204, 400, 400, 400, 400];
