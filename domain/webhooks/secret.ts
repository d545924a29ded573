const PREFIX = 'whsec_';
const MIN_BYTES = 24;
const MAX_BYTES = 64;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** How many random bytes a new secret has. */
export const SECRET_BYTES = 32;

/**
 * The text form of a signing secret (Standard Webhooks): `whsec_` and base64 of 24 to 64 random bytes.
 * @throws RangeError when the bytes are too few or too many.
 */
export function formatSecret(bytes: Uint8Array): string {
  assertLength(bytes.length);
  return PREFIX + btoa(String.fromCharCode(...bytes));
}

/**
 * The bytes of a signing secret.
 * @throws RangeError when it is not one; the message does not repeat it.
 */
export function parseSecret(secret: string): Uint8Array {
  const encoded = secret.slice(PREFIX.length);
  if (!secret.startsWith(PREFIX) || encoded.length % 4 !== 0 || !BASE64.test(encoded)) {
    throw new RangeError('A webhook secret is whsec_ followed by base64.');
  }
  const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
  assertLength(bytes.length);
  return bytes;
}

function assertLength(length: number): void {
  if (length < MIN_BYTES || length > MAX_BYTES) {
    throw new RangeError(`A webhook secret has ${MIN_BYTES} to ${MAX_BYTES} bytes, not ${length}.`);
  }
}
