import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const PRIVATE_PREFIX = 'whsk_';
const PUBLIC_PREFIX = 'whpk_';
const KEY_BYTES = 32;
// What DER puts before the 32 bytes of an ed25519 key (RFC 8410).
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

export interface SigningKeyPair {
  /** `whsk_` and base64 of seed and public key (64 bytes), as Standard Webhooks senders keep it. A secret. */
  privateKey: string;
  /** `whpk_` and base64 of the 32-byte public key. */
  publicKey: string;
}

/** A new ed25519 key pair for `v1a` signatures. */
export function createSigningKey(): SigningKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_HEAD.length);
  const point = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length);
  return {
    privateKey: PRIVATE_PREFIX + Buffer.concat([seed, point]).toString('base64'),
    publicKey: PUBLIC_PREFIX + point.toString('base64'),
  };
}

/**
 * The public form of a `whsk_` key.
 * @throws RangeError when it is not one; the message does not repeat it.
 */
export function publicKeyOf(privateKey: string): string {
  const spki = createPublicKey(readPrivateKey(privateKey)).export({ format: 'der', type: 'spki' });
  return PUBLIC_PREFIX + spki.subarray(SPKI_HEAD.length).toString('base64');
}

/**
 * A `whsk_` key, with or without the public half, ready to sign.
 * @throws RangeError when it is not one; the message does not repeat it.
 */
export function readPrivateKey(privateKey: string): KeyObject {
  const bytes = Buffer.from(privateKey.slice(PRIVATE_PREFIX.length), 'base64');
  const isKey = bytes.length === KEY_BYTES || bytes.length === 2 * KEY_BYTES;
  if (!privateKey.startsWith(PRIVATE_PREFIX) || !isKey) {
    throw new RangeError('A webhook signing key is whsk_ followed by base64 of 32 or 64 bytes.');
  }
  const der = Buffer.concat([PKCS8_HEAD, bytes.subarray(0, KEY_BYTES)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/**
 * A `whpk_` key, ready to verify.
 * @throws RangeError when it is not one.
 */
export function readPublicKey(publicKey: string): KeyObject {
  const bytes = Buffer.from(publicKey.slice(PUBLIC_PREFIX.length), 'base64');
  if (!publicKey.startsWith(PUBLIC_PREFIX) || bytes.length !== KEY_BYTES) {
    throw new RangeError('A webhook verification key is whpk_ followed by base64 of 32 bytes.');
  }
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, bytes]), format: 'der', type: 'spki' });
}
