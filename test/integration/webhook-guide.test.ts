import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { signHeaders } from '../../adapters/webhooks/sign.js';
import { createSigningKey } from '../../runtime/webhook-keys.js';
import {
  ACCEPTED_AND_REFUSED,
  guideMessage,
  secret,
  sendSigned,
  signingKey,
  startGuideReceiver,
  tryReceiver,
  type GuideReceiver,
} from '../support/guide-receiver.js';
import { compileSample, guideSample } from '../support/guide-sample.js';
import { pythonWithPackages } from '../support/python.js';
import { waitFor } from '../support/wait.js';

const GUIDE = 'receive-webhooks.md';
// Inside the project, so that a TypeScript sample finds its libraries the way a reader's would.
const cache = path.resolve(__dirname, '..', '..', '.cache');

let folder: string;
beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(path.join(cache, 'guide-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function startTypeScript(): Promise<GuideReceiver> {
  const file = path.join(folder, 'receive.cjs');
  writeFileSync(file, await compileSample(guideSample(GUIDE, 'receive.ts')));
  return startGuideReceiver(process.execPath, [file]);
}

async function startPython(): Promise<GuideReceiver> {
  const python = await pythonWithPackages();
  const file = path.join(folder, 'receive.py');
  writeFileSync(file, guideSample(GUIDE, 'receive.py'));
  return startGuideReceiver(python.program, [file], { env: python.env });
}

describe.each([
  ['TypeScript', startTypeScript],
  ['Python', startPython],
])('the receiver in %s', (_language, startReceiver) => {
  let receiver: GuideReceiver;

  beforeAll(async () => {
    receiver = await startReceiver();
  });

  afterAll(() => receiver.stop());

  test('verifies what we send, also while secrets overlap, and refuses what was altered, is old or signed otherwise', async () => {
    expect(await tryReceiver(receiver)).toEqual(ACCEPTED_AND_REFUSED);
  });

  test('handles each event once and is not misled by one that was overtaken', async () => {
    const events = [
      { id: 'evt_3', body: guideMessage('evt_3', 3, 'signed') },
      { id: 'evt_2', body: guideMessage('evt_2', 2, 'published') },
      { id: 'evt_3', body: guideMessage('evt_3', 3, 'signed') },
      { id: 'evt_4', body: guideMessage('evt_4', 4, 'completed') },
    ];
    for (const event of events) expect(await sendSigned(receiver.url, event)).toBe(204);
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
  const body = Buffer.from(guideMessage('evt_1', 1, 'accepted'));
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

test('the samples for PHP, Java and Go are those that were run: npm run test:samples', () => {
  const file = path.resolve(__dirname, '..', 'samples', 'verified.json');
  const verified = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  expect(Object.keys(verified)).toEqual(['receive.php', 'Receive.java', 'receive.go']);
  for (const [title, digest] of Object.entries(verified))
    expect([title, createHash('sha256').update(guideSample(GUIDE, title)).digest('hex')]).toEqual([
      title,
      digest,
    ]);
});
