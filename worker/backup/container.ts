import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/**
 * A file of records, sealed in pieces with AES-256-GCM: magic, 7 random bytes, then pieces of a 4-byte length and
 * the sealed bytes. The nonce of a piece is the random bytes, its number and whether it is the last, so that pieces
 * can't be changed, swapped or cut off unseen (the STREAM construction).
 */
const MAGIC = Buffer.from('PARAPHE-BACKUP-1\n');
const PREFIX = 7;
const TAG = 16;
const PIECE = 1024 * 1024;

/** What a record holds: a JSON text about what follows, or bytes of it. */
export interface BackupRecord {
  kind: 'head' | 'data';
  bytes: Buffer;
}

export interface RecordWriter {
  head(about: object): Promise<void>;
  data(bytes: Buffer): Promise<void>;
  end(): Promise<void>;
}

export function createRecordWriter(out: Writable, key: Buffer): RecordWriter {
  const prefix = randomBytes(PREFIX);
  let waiting: Buffer[] = [MAGIC, prefix];
  let plain: Buffer[] = [];
  let size = 0;
  let number = 0;
  const push = async (): Promise<void> => {
    for (const bytes of waiting.splice(0)) if (!out.write(bytes)) await once(out, 'drain');
  };
  const seal = async (isLast: boolean): Promise<void> => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce(prefix, number++, isLast));
    const sealed = [cipher.update(Buffer.concat(plain)), cipher.final(), cipher.getAuthTag()];
    plain = [];
    size = 0;
    waiting.push(uint32(sealed.reduce((sum, part) => sum + part.length, 0)), ...sealed);
    await push();
  };
  const write = async (kind: number, bytes: Buffer): Promise<void> => {
    plain.push(Buffer.from([kind]), uint32(bytes.length), bytes);
    size += bytes.length + 5;
    if (size >= PIECE) await seal(false);
  };
  return {
    head: (about) => write(1, Buffer.from(JSON.stringify(about))),
    data: (bytes) => write(2, bytes),
    async end() {
      await seal(true);
      waiting = [];
      out.end();
      await once(out, 'close');
    },
  };
}

/** @throws Error when the key is not the one, or the file was changed or cut */
export async function* readRecords(source: Readable, key: Buffer): AsyncGenerator<BackupRecord> {
  const input = createByteReader(source);
  if (!(await input.take(MAGIC.length))?.equals(MAGIC)) throw new Error('This is not a backup of paraphe.');
  const prefix = (await input.take(PREFIX)) ?? Buffer.alloc(PREFIX);
  for (let number = 0; ; number += 1) {
    const length = await input.take(4);
    const sealed = length === null ? null : await input.take(length.readUInt32BE());
    if (sealed === null) throw new Error('The backup is cut off.');
    const isLast = await input.isOver();
    const plain = open(sealed, key, nonce(prefix, number, isLast));
    for (let place = 0; place < plain.length;) {
      const size = plain.readUInt32BE(place + 1);
      const kind = plain[place] === 1 ? 'head' : 'data';
      yield { kind, bytes: plain.subarray(place + 5, place + 5 + size) };
      place += 5 + size;
    }
    if (isLast) return;
  }
}

function open(sealed: Buffer, key: Buffer, iv: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, iv);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG)), decipher.final()]);
  } catch (error) {
    throw new Error('The backup does not open: another key, or it was changed or cut off.', { cause: error });
  }
}

function nonce(prefix: Buffer, number: number, isLast: boolean): Buffer {
  return Buffer.concat([prefix, uint32(number), Buffer.from([isLast ? 1 : 0])]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Takes exact numbers of bytes from a stream; null when it ends before. */
function createByteReader(source: Readable) {
  const parts = source[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  const fill = async (count: number): Promise<boolean> => {
    const more: Buffer[] = [held];
    let size = held.length;
    while (size < count) {
      const next = await parts.next();
      if (next.done === true) break;
      more.push(next.value as Buffer);
      size += (next.value as Buffer).length;
    }
    held = Buffer.concat(more);
    return size >= count;
  };
  return {
    async take(count: number): Promise<Buffer | null> {
      if (!(await fill(count))) return null;
      const taken = held.subarray(0, count);
      held = held.subarray(count);
      return taken;
    },
    isOver: async (): Promise<boolean> => !(await fill(1)),
  };
}
