import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Environment } from '../domain/contract/state.js';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const PREFIXES: Readonly<Record<Environment, string>> = {
  sandbox: 'pph_sandbox_',
  production: 'pph_live_',
};
const KEY = /^(pph_(?:sandbox|live)_[0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/**
 * A new API key: the environment's prefix, 32 random bytes in base62 (43 characters) and a checksum of 6, so that
 * a scanner or a slip of the hand is told apart from a key without asking the database.
 */
export function newKey(environment: Environment): string {
  const secret = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), SECRET_LENGTH);
  const start = PREFIXES[environment] + secret;
  return start + checksum(start);
}

/** The environment that a key is for; null when its form or checksum is wrong. Says nothing of whether it is known. */
export function checkKey(key: string): Environment | null {
  const [, start, sum] = KEY.exec(key) ?? [];
  if (start === undefined || checksum(start) !== sum) return null;
  return start.startsWith(PREFIXES.sandbox) ? 'sandbox' : 'production';
}

/** What is stored of a key: SHA-256 is enough for 32 random bytes. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** What may be shown of a key afterwards: its prefix and its last four characters. */
export function keyHint(key: string): string {
  return `${key.slice(0, key.lastIndexOf('_') + 1)}…${key.slice(-4)}`;
}

function checksum(text: string): string {
  return shortBase62(crc32(text), CHECKSUM_LENGTH);
}

/** As `base62`, for what a number holds. */
function shortBase62(value: number, length: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i++) {
    text = DIGITS[rest % 62]! + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

function base62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < length; i++) {
    text = DIGITS[Number(rest % 62n)] + text;
    rest /= 62n;
  }
  return text;
}
