import { createHash } from 'node:crypto';
import { UUID, V7Generator } from 'uuidv7';
import { typeId, type IdPrefix } from '../domain/ids.js';
import { freshBytes } from './random.js';

const generator = new V7Generator({ nextUint32: () => freshBytes(4).readUInt32LE() });

/** A new id that sorts by time (TypeID of a UUIDv7). */
export function newId(prefix: IdPrefix): string {
  return typeId(prefix, generator.generate().bytes);
}

/**
 * An id that the same parts always give: a UUIDv7 of that instant whose random bits are a digest of the parts.
 * A retry makes the same event and the same delivery.
 */
export function derivedId(prefix: IdPrefix, at: Date, ...parts: (string | number)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  digest.copy(bytes, 6, 0, 10);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return typeId(prefix, UUID.ofInner(bytes).bytes);
}
