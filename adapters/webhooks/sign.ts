import { createHmac, randomBytes, sign } from 'node:crypto';
import { formatSecret, parseSecret, SECRET_BYTES } from '../../domain/webhooks/secret.js';
import { readPrivateKey } from '../../runtime/webhook-keys.js';

export interface SignInput {
  /** The event's id; the same at every attempt. */
  id: string;
  /** When this attempt is made: receivers refuse what is older than five minutes. */
  timestamp: Date;
  /** Exactly the bytes that are sent. */
  body: Uint8Array | string;
  /** `whsec_…`, newest first; several while an old one is being replaced. */
  secrets: readonly string[];
  /** ed25519 keys (`whsk_…`), newest first. */
  keys?: readonly { id: string; privateKey: string }[];
}

export interface SignatureHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/**
 * The three headers of Standard Webhooks 1.0.0: a `v1` (HMAC-SHA256) signature for each secret, then a `v1a`
 * (ed25519) one for each key, over `id.timestamp.body`.
 * @throws RangeError when there is no secret, when one is malformed, or when the id has a dot or a blank in it.
 */
export function signHeaders(input: SignInput): SignatureHeaders {
  if (input.secrets.length === 0) throw new RangeError('A webhook needs at least one secret.');
  // A dot would let one message be read as another: id and timestamp are only told apart by dots.
  if (!/^[^\s.]+$/.test(input.id)) throw new RangeError('A webhook id has neither dots nor blanks.');
  const timestamp = String(Math.floor(input.timestamp.getTime() / 1_000));
  const content = Buffer.concat([Buffer.from(`${input.id}.${timestamp}.`), Buffer.from(input.body)]);
  const signatures = [
    ...input.secrets.map((secret) => `v1,${hmac(secret, content)}`),
    ...(input.keys ?? []).map((key) => `v1a,${ed25519(key.privateKey, content)}`),
  ];
  return {
    'webhook-id': input.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

/** A new signing secret for an endpoint: `whsec_` and base64 of 32 random bytes. */
export function createSecret(bytes: number = SECRET_BYTES): string {
  return formatSecret(randomBytes(bytes));
}

function hmac(secret: string, content: Uint8Array): string {
  return createHmac('sha256', parseSecret(secret)).update(content).digest('base64');
}

function ed25519(privateKey: string, content: Uint8Array): string {
  return sign(null, content, readPrivateKey(privateKey)).toString('base64');
}
