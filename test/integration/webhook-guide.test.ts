import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createWebhookSender } from '../../adapters/webhooks/send.js';
import { createSecret, signHeaders } from '../../adapters/webhooks/sign.js';
import { createSigningKey } from '../../runtime/webhook-keys.js';
import { createUrlPolicy } from '../../domain/webhooks/url-policy.js';
import { compileSample, guideSample } from '../support/guide-sample.js';
import { pythonWithPackages } from '../support/python.js';
import { waitFor } from '../support/wait.js';

const GUIDE = 'receive-webhooks.md';
// Inside the project, so that a TypeScript sample finds its libraries the way a reader's would.
const cache = path.resolve(__dirname, '..', '..', '.cache');

interface Receiver {
  url: string;
  lines(): string[];
  stop(): Promise<void>;
}

let folder: string;
const oldSecret = createSecret();
const secret = createSecret();
const signingKey = createSigningKey();
const policy = createUrlPolicy({ allowedNetworks: ['127.0.0.1'] });
const sender = createWebhookSender({ policy, lookup: () => Promise.resolve([]), version: '0' });

beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(path.join(cache, 'guide-'));
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await sender.close();
});

async function start(program: string, file: string, env: Record<string, string>): Promise<Receiver> {
  const child: ChildProcess = spawn(program, [file], {
    env: { PATH: process.env['PATH'], PORT: '0', WEBHOOK_SECRET: secret, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const port = await waitFor(() => /listening[^\n]*?port\D+(\d+)/s.exec(output)?.[1]);
  return {
    url: `http://127.0.0.1:${port}/hook`,
    lines: () => output.split('\n').filter((line) => /^(?:contract|webhook)\./.test(line)),
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function startTypeScript(): Promise<Receiver> {
  const file = path.join(folder, 'receive.cjs');
  writeFileSync(file, await compileSample(guideSample(GUIDE, 'receive.ts')));
  return start(process.execPath, file, {});
}

async function startPython(): Promise<Receiver> {
  const python = await pythonWithPackages();
  const file = path.join(folder, 'receive.py');
  writeFileSync(file, guideSample(GUIDE, 'receive.py'));
  return start(python.program, file, python.env);
}

function message(id: string, sequence: number, status: string) {
  return JSON.stringify({
    id,
    type: `contract.${status}`,
    sequence,
    data: { contract: { id: 'ctr_1', status, reference: 'Été – 署名' } },
  });
}

interface Sending {
  id: string;
  body: string;
  timestamp?: Date;
  secrets?: string[];
  altered?: string;
}

async function send(url: string, sending: Sending): Promise<number | undefined> {
  const { id, body, timestamp = new Date(), secrets = [secret, oldSecret] } = sending;
  const keys = [{ id: 'whk_1', privateKey: signingKey.privateKey }];
  const headers = { ...signHeaders({ id, body, timestamp, secrets, keys }) };
  const attempt = await sender.send({ endpointId: 'whe_1', url, headers, body: sending.altered ?? body });
  return attempt.status;
}

describe.each([
  ['TypeScript', startTypeScript],
  ['Python', startPython],
])('the receiver in %s', (_language, startReceiver) => {
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
  });

  afterAll(() => receiver.stop());

  test('verifies what we send, also while secrets overlap and v1a signatures ride along', async () => {
    const body = message('evt_1', 1, 'accepted');
    expect(await send(receiver.url, { id: 'evt_1', body })).toBe(204);
    expect(await send(receiver.url, { id: 'evt_1b', body, secrets: [createSecret(), secret] })).toBe(204);
  });

  test('refuses what was altered, is old, or is signed with another secret', async () => {
    const sending = { id: 'evt_x', body: message('evt_x', 99, 'rejected') };
    expect(await send(receiver.url, { ...sending, altered: `${sending.body} ` })).toBe(400);
    expect(await send(receiver.url, { ...sending, timestamp: new Date(Date.now() - 600_000) })).toBe(400);
    expect(await send(receiver.url, { ...sending, timestamp: new Date(Date.now() + 600_000) })).toBe(400);
    expect(await send(receiver.url, { ...sending, secrets: [createSecret()] })).toBe(400);
  });

  test('handles each event once and is not misled by one that was overtaken', async () => {
    const events = [
      { id: 'evt_3', body: message('evt_3', 3, 'signed') },
      { id: 'evt_2', body: message('evt_2', 2, 'published') },
      { id: 'evt_3', body: message('evt_3', 3, 'signed') },
      { id: 'evt_4', body: message('evt_4', 4, 'completed') },
    ];
    for (const event of events) expect(await send(receiver.url, event)).toBe(204);
    const expected = [
      'contract.accepted 1 accepted',
      'contract.signed 3 signed',
      'contract.completed 4 completed',
    ];
    await waitFor(() => receiver.lines().length >= expected.length);
    expect(receiver.lines()).toEqual(expected);
  });
});

test('the sample for v1a accepts what we sign with a published key, and nothing else', async () => {
  const file = path.join(folder, 'verify-v1a.cjs');
  writeFileSync(file, await compileSample(guideSample(GUIDE, 'verify-v1a.ts')));
  const sample = createRequire(__filename)(file) as {
    verifyV1a(body: Buffer, headers: Record<string, string>, keys: string[]): boolean;
  };
  const body = Buffer.from(message('evt_1', 1, 'accepted'));
  const input = {
    id: 'evt_1',
    body,
    secrets: [secret],
    keys: [{ id: 'k', privateKey: signingKey.privateKey }],
  };
  const headers = { ...signHeaders({ ...input, timestamp: new Date() }) };
  const published = [createSigningKey().publicKey, signingKey.publicKey];
  expect(sample.verifyV1a(body, headers, published)).toBe(true);
  expect(sample.verifyV1a(Buffer.from('{}'), headers, published)).toBe(false);
  expect(sample.verifyV1a(body, { ...headers, 'webhook-id': 'evt_2' }, published)).toBe(false);
  expect(sample.verifyV1a(body, headers, [createSigningKey().publicKey])).toBe(false);
  const old = { ...signHeaders({ ...input, timestamp: new Date(Date.now() - 600_000) }) };
  expect(sample.verifyV1a(body, old, published)).toBe(false);
});
