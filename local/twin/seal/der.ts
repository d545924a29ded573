/** The few DER encodings that signatures and timestamps need. Written out by hand so that every byte is ours: libraries emit BER here and there, which strict verifiers refuse. */

const LONG_FORM = 0x80;

/** One DER element: tag, definite length, content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), encodeLength(body.length), body]);
}

function encodeLength(length: number): Buffer {
  if (length < LONG_FORM) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([LONG_FORM | bytes.length]), bytes]);
}

export const sequence = (...items: readonly Uint8Array[]): Buffer => element(0x30, ...items);

/** SET OF: DER wants its elements in the order of their encodings. */
export const setOf = (...items: readonly Uint8Array[]): Buffer =>
  element(0x31, ...[...items].sort((a, b) => Buffer.compare(a, b)));

export const octetString = (bytes: Uint8Array): Buffer => element(0x04, bytes);

export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text, 'utf8'));

export const nullValue = (): Buffer => element(0x05);

/** A non-negative INTEGER from its magnitude. */
export function integer(value: number | Uint8Array): Buffer {
  const raw = typeof value === 'number' ? magnitude(value) : Buffer.from(value);
  const first = raw.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.from([0]) : raw.subarray(first);
  return element(0x02, (digits[0] ?? 0) & 0x80 ? Buffer.from([0]) : Buffer.alloc(0), digits);
}

function magnitude(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(arc: number): number[] {
  const digits = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
    digits.unshift((left % 128) | 0x80);
  return digits;
}

/** GeneralizedTime in whole seconds: DER forbids trailing zeros in a fraction, so there is none. */
export function generalizedTime(at: Date): Buffer {
  const digits = at.toISOString().slice(0, 19).replace(/[-T:]/gu, '');
  return element(0x18, Buffer.from(`${digits}Z`, 'ascii'));
}

/** A BIT STRING with the one named bit set, trailing zero bits dropped as DER wants for named lists. */
export function namedBit(bit: number): Buffer {
  const bytes = Buffer.alloc(Math.floor(bit / 8) + 1);
  bytes[bytes.length - 1] = 0x80 >> (bit % 8);
  return element(0x03, Buffer.from([7 - (bit % 8)]), bytes);
}
