/** Prefixes of the ids that the API speaks (api.md, *ids are TypeIDs*). */
export const ID_PREFIXES = ['ctr', 'sig', 'doc', 'evt', 'dlv', 'whe', 'key', 'cli', 'req', 'con'] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The TypeID of a UUID: the prefix, an underscore and 26 characters of Crockford base32 (TypeID 0.3).
 * Sorts like the UUID, so ids made from UUIDv7 sort by time.
 */
export function typeId(prefix: IdPrefix, uuid: Uint8Array): string {
  let bits = 0n;
  for (const byte of uuid) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < 26; i++) {
    text = ALPHABET[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return `${prefix}_${text}`;
}

/** Whether a text is a TypeID with this prefix; the first character is at most 7 (128 bits in 130). */
export function isTypeId(prefix: IdPrefix, text: string): boolean {
  return text.startsWith(`${prefix}_`) && /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text.slice(prefix.length + 1));
}
