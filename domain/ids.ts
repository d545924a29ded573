/** Prefixes of the ids that the API speaks (api.md, *ids are TypeIDs*). */
export const ID_PREFIXES = ['ctr', 'sig', 'doc', 'evt', 'dlv', 'whe', 'key', 'cli', 'req', 'con'] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The TypeID of a UUID: the prefix, an underscore and 26 characters of Crockford base32 (TypeID 0.3).
 * Sorts like the UUID, so ids made from UUIDv7 sort by time.
 */
export function typeId(prefix: IdPrefix, uuid: Uint8Array): string {
  // 26 characters hold 130 bits: the first one has the 3 that the UUID's 128 leave over, then 5 bytes are 8 each.
  let text = `${prefix}_${ALPHABET[uuid[0]! >> 5]!}${ALPHABET[uuid[0]! & 31]!}`;
  for (let at = 1; at < 16; at += 5) {
    const high = (uuid[at]! << 12) | (uuid[at + 1]! << 4) | (uuid[at + 2]! >> 4);
    const low = ((uuid[at + 2]! & 15) << 16) | (uuid[at + 3]! << 8) | uuid[at + 4]!;
    for (let shift = 15; shift >= 0; shift -= 5) text += ALPHABET[(high >> shift) & 31]!;
    for (let shift = 15; shift >= 0; shift -= 5) text += ALPHABET[(low >> shift) & 31]!;
  }
  return text;
}

/** Whether a text is a TypeID with this prefix; the first character is at most 7 (128 bits in 130). */
export function isTypeId(prefix: IdPrefix, text: string): boolean {
  return text.startsWith(`${prefix}_`) && /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text.slice(prefix.length + 1));
}
