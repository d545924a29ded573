import {
  createCipheriv,
  createDecipheriv,
  hkdfSync,
  type Cipher,
  type Decipher,
  type DecipherGCM,
} from 'node:crypto';
import { freshBytes } from './random.js';

const NONCE = 12;
const TAG = 16;

/** Seals personal data with a key per contract that one master key wraps (AES-256-GCM throughout). */
export interface Vault {
  /** A new data key: itself, and as it is stored. `context` binds it to what it belongs to. */
  newKey(context: string): { key: Buffer; wrapped: Buffer };
  /** @throws Error when the wrapped key is not this vault's or not this context's */
  unwrap(wrapped: Buffer, context: string): Buffer;
  /** Seals with a key of the master's own for one purpose (signing codes, endpoint secrets). */
  sealFor(purpose: string, plain: Buffer, context: string): Buffer;
  openFor(purpose: string, sealed: Buffer, context: string): Buffer;
}

/** @param master 32 bytes */
export function createVault(master: Buffer): Vault {
  const keys = new Map<string, Buffer>();
  const keyFor = (purpose: string): Buffer => {
    const known = keys.get(purpose);
    if (known !== undefined) return known;
    const made = Buffer.from(hkdfSync('sha256', master, 'paraphe', purpose, 32));
    keys.set(purpose, made);
    return made;
  };
  return {
    newKey(context) {
      const key = freshBytes(32);
      return { key, wrapped: seal(keyFor('data keys'), key, context) };
    },
    unwrap: (wrapped, context) => open(keyFor('data keys'), wrapped, context),
    sealFor: (purpose, plain, context) => seal(keyFor(purpose), plain, context),
    openFor: (purpose, sealed, context) => open(keyFor(purpose), sealed, context),
  };
}

/** Encrypts and authenticates: nonce, ciphertext, tag. The context must be the same to open it again. */
export function seal(key: Buffer, plain: Uint8Array, context: string): Buffer {
  const nonce = freshBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  const sealed = Buffer.allocUnsafe(NONCE + plain.length + TAG);
  nonce.copy(sealed);
  pass(cipher, plain, sealed.subarray(NONCE));
  cipher.final();
  cipher.getAuthTag().copy(sealed, NONCE + plain.length);
  return sealed;
}

/** @throws Error when key, context or bytes are not those it was sealed with */
export function open(key: Buffer, sealed: Buffer, context: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE));
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
  const plain = Buffer.allocUnsafe(Math.max(0, sealed.length - NONCE - TAG));
  pass(decipher, sealed.subarray(NONCE, sealed.length - TAG), plain);
  // Throws when the tag is not right: nothing is given out before.
  decipher.final();
  return plain;
}

/** Opens what comes in pieces, so that sealed and plain are never both there as a whole. */
export interface Opener {
  write(piece: Buffer): void;
  /** @throws Error as `open`; nothing that was written may be used before */
  end(): Buffer;
}

/** As `open`, for a sealed content of `length` bytes; the plain one lies in memory that threads can share. */
export function createOpener(key: Buffer, context: string, length: number): Opener {
  const plain = Buffer.from(new SharedArrayBuffer(Math.max(0, length - NONCE - TAG)));
  let decipher: DecipherGCM | null = null;
  let at = 0;
  // The last bytes so far may be the tag.
  let held = Buffer.alloc(0);
  return {
    write(piece) {
      let bytes = Buffer.concat([held, piece]);
      if (decipher === null) {
        decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE));
        decipher.setAAD(Buffer.from(context));
        bytes = bytes.subarray(NONCE);
      }
      const whole = Math.max(0, bytes.length - TAG);
      at += decipher.update(bytes.subarray(0, whole)).copy(plain, at);
      held = Buffer.from(bytes.subarray(whole));
    },
    end() {
      if (decipher === null || at !== plain.length) throw new Error('the sealed content is not whole');
      decipher.setAuthTag(held);
      decipher.final();
      return plain;
    },
  };
}

const PIECE = 1024 * 1024;

/** Counter mode keeps lengths, so that a large document is turned piece by piece, without a copy of the whole. */
function pass(cipher: Cipher | Decipher, from: Uint8Array, to: Buffer): void {
  for (let at = 0; at < from.length; at += PIECE) cipher.update(from.subarray(at, at + PIECE)).copy(to, at);
}
