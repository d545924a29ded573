import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** An opaque id: a prefix that says what it names, and 80 random bits. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(10).toString('hex')}`;
}

/** A secret for a link or a key: 192 random bits, safe in a path. */
export function newSecret(): string {
  return randomBytes(24).toString('base64url');
}

/** A signing code as an SMS carries it: six digits. */
export function newCode(): string {
  return String(randomInt(0, 1_000_000)).padStart(6, '0');
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Compares two secrets in a time that tells nothing about where they differ. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
