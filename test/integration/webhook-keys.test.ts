import { verify } from 'node:crypto';
import { signHeaders } from '../../adapters/webhooks/sign.js';
import { createSecret } from '../../adapters/webhooks/sign.js';
import { readPublicKey } from '../../runtime/webhook-keys.js';
import { signingKeys } from '../../store/signing-keys.js';
import { startTestApi, type TestApi } from '../support/api.js';

const HOUR = 3_600_000;
const body = '{}';

let api: TestApi;
beforeAll(async () => (api = await startTestApi()));
afterAll(() => api.close());

interface Published {
  id: string;
  publicKey: string;
  from: string;
  until: string | null;
}

const published = async (): Promise<Published[]> =>
  (await api.ask('GET', '/.well-known/webhook-keys.json', { key: null })).body.keys;

const rotate = (overlapHours: number, key = api.adminKey) =>
  api.ask('POST', '/v1/admin/webhook-keys/rotate', { key, body: { overlapHours } });

/** Which published keys a message verifies with that is sent at this time. */
async function signersAt(timestamp: Date): Promise<string[]> {
  const keys = await signingKeys(api.db, api.vault, timestamp);
  const headers = signHeaders({ id: 'evt_1', timestamp, body, secrets: [createSecret()], keys });
  const content = Buffer.from(`evt_1.${headers['webhook-timestamp']}.${body}`);
  const signatures = headers['webhook-signature'].split(' ').filter((part) => part.startsWith('v1a,'));
  const verifies = ({ publicKey }: Published): boolean =>
    signatures.some((signature) =>
      verify(null, content, readPublicKey(publicKey), Buffer.from(signature.slice(4), 'base64')),
    );
  return (await published()).filter(verifies).map(({ id }) => id);
}

test('a rotated key is published at once, signs beside the old one, and alone when the overlap is over', async () => {
  await signingKeys(api.db, api.vault, api.clock.now());
  const [old] = await published();
  const answer = await rotate(48);
  expect(answer.status).toBe(200);
  const [fresh, ended] = await published();
  expect(answer.body.keys).toEqual([fresh, ended]);
  expect(fresh).toMatchObject({ publicKey: expect.stringMatching(/^whpk_/), until: null });
  expect(fresh!.id).not.toBe(old!.id);
  expect(ended).toMatchObject({ id: old!.id, publicKey: old!.publicKey });
  expect(Date.parse(ended!.until!) - Date.parse(fresh!.from)).toBe(48 * HOUR);
  expect(await signersAt(api.clock.now())).toEqual([fresh!.id, old!.id]);
  expect(await signersAt(new Date(Date.parse(ended!.until!) + 1))).toEqual([fresh!.id]);
});

test('a stolen key is ended at once, and an earlier end is never put off', async () => {
  const [before] = await published();
  await rotate(0);
  const [fresh, stolen] = await published();
  expect(stolen!.id).toBe(before!.id);
  expect(await signersAt(api.clock.now())).toEqual([fresh!.id]);
  await rotate(168);
  expect((await published()).find(({ id }) => id === stolen!.id)!.until).toBe(stolen!.until);
});

test('a client can’t rotate the service’s key', async () => {
  const answer = await rotate(0, api.clientKey);
  expect([answer.status, answer.body.code]).toEqual([403, 'scope_missing']);
});
