import { verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { createSecret, signHeaders } from '../../adapters/webhooks/sign.js';
import { createSigningKey, publicKeyOf, readPublicKey } from '../../runtime/webhook-keys.js';
import { formatSecret, parseSecret } from '../../domain/webhooks/secret.js';
import { keyDocument } from '../../domain/webhooks/key-document.js';

const body = JSON.stringify({ type: 'contract.completed', note: 'été – 署名' });
const id = 'evt_01h455vb4pex5vsknk084sn02q';

function signaturesOf(header: string, version: string): string[] {
  const parts = header.split(' ').map((part) => part.split(','));
  return parts.filter(([name]) => name === version).map(([, value]) => value ?? '');
}

test('the standardwebhooks library for JavaScript accepts what is signed', () => {
  const secret = createSecret();
  const headers = signHeaders({ id, timestamp: new Date(), body, secrets: [secret] });
  expect(new Webhook(secret).verify(body, { ...headers })).toEqual(JSON.parse(body));
});

test('the standardwebhooks library refuses another body, another id and another secret', () => {
  const secret = createSecret();
  const headers = { ...signHeaders({ id, timestamp: new Date(), body, secrets: [secret] }) };
  expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
  expect(() => new Webhook(secret).verify(body, { ...headers, 'webhook-id': 'evt_other' })).toThrow();
  expect(() => new Webhook(createSecret()).verify(body, headers)).toThrow();
});

test('while secrets overlap both verify, the newest first', () => {
  const [fresh, old] = [createSecret(), createSecret()];
  const timestamp = new Date();
  const headers = { ...signHeaders({ id, timestamp, body, secrets: [fresh, old] }) };
  expect(new Webhook(fresh).verify(body, headers)).toBeTruthy();
  expect(new Webhook(old).verify(body, headers)).toBeTruthy();
  const first = headers['webhook-signature'].split(' ')[0];
  expect(first).toBe(new Webhook(fresh).sign(id, timestamp, body));
});

test('bytes and text of the same body have the same signature', () => {
  const secrets = [createSecret()];
  const timestamp = new Date();
  const asText = signHeaders({ id, timestamp, body, secrets });
  expect(signHeaders({ id, timestamp, body: Buffer.from(body), secrets })).toEqual(asText);
});

test('v1a signatures verify with the published key, for each key while keys overlap', () => {
  const pairs = [createSigningKey(), createSigningKey()];
  const keys = pairs.map((pair, index) => ({ id: `whk_${index}`, privateKey: pair.privateKey }));
  const headers = signHeaders({ id, timestamp: new Date(0), body, secrets: [createSecret()], keys });
  const signatures = signaturesOf(headers['webhook-signature'], 'v1a');
  expect(signatures).toHaveLength(2);
  for (const [index, pair] of pairs.entries()) {
    const signature = Buffer.from(signatures[index] ?? '', 'base64');
    const content = Buffer.from(`${id}.0.${body}`);
    expect(verify(null, content, readPublicKey(pair.publicKey), signature)).toBe(true);
    expect(verify(null, Buffer.from(`${id}.1.${body}`), readPublicKey(pair.publicKey), signature)).toBe(
      false,
    );
  }
});

test('a known ed25519 seed gives the public key of RFC 8032', () => {
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
  const point = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');
  expect(publicKeyOf(`whsk_${seed.toString('base64')}`)).toBe(`whpk_${point.toString('base64')}`);
  expect(publicKeyOf(`whsk_${Buffer.concat([seed, point]).toString('base64')}`)).toBe(
    `whpk_${point.toString('base64')}`,
  );
});

test('what is no secret or key is refused without being repeated', () => {
  const input = { id, timestamp: new Date(), body };
  const bad = [
    'whsec_',
    'secret',
    'whsec_c2hvcnQ=',
    `whsec_${'A'.repeat(200)}`,
    'whsec_***',
    createSecret().slice(6),
  ];
  for (const secret of bad) {
    expect(() => signHeaders({ ...input, secrets: [secret] })).toThrow(RangeError);
  }
  expect(() => signHeaders({ ...input, secrets: [] })).toThrow(RangeError);
  const keys = [{ id: 'k', privateKey: 'whsk_AAAA' }];
  expect(() => signHeaders({ ...input, secrets: [createSecret()], keys })).toThrow(/32 or 64 bytes/);
  expect(() => signHeaders({ ...input, secrets: ['whsec_veryprivate!'] })).not.toThrow(/veryprivate/);
});

test('an id with a dot or a blank is refused: it could be read as another message', () => {
  for (const bad of ['evt.1', 'evt 1', '', 'evt\n1']) {
    expect(() => signHeaders({ id: bad, timestamp: new Date(), body, secrets: [createSecret()] })).toThrow();
  }
});

test('secrets are never the same, have 32 bytes, and survive their text form', () => {
  const secrets = Array.from({ length: 50 }, () => createSecret());
  expect(new Set(secrets).size).toBe(50);
  for (const secret of secrets) {
    expect(parseSecret(secret)).toHaveLength(32);
    expect(formatSecret(parseSecret(secret))).toBe(secret);
  }
  expect(parseSecret(createSecret(24))).toHaveLength(24);
  expect(() => createSecret(23)).toThrow(RangeError);
  expect(() => createSecret(65)).toThrow(RangeError);
});

test('the key document names the newest key first and keeps ended ones', () => {
  const old = { id: 'a', publicKey: 'whpk_a', from: new Date(0), until: new Date(1000) };
  const fresh = { id: 'b', publicKey: 'whpk_b', from: new Date(1000), until: null };
  expect(keyDocument([old, fresh])).toEqual({
    keys: [
      { id: 'b', publicKey: 'whpk_b', from: '1970-01-01T00:00:01.000Z', until: null },
      { id: 'a', publicKey: 'whpk_a', from: '1970-01-01T00:00:00.000Z', until: '1970-01-01T00:00:01.000Z' },
    ],
  });
});
