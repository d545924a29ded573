import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { digestOf, newId } from '../secret.js';
import { syncFolder } from './journal.js';

/** Files named by their SHA-256. */
export interface Documents {
  /** Stores once and returns the digest; on the disk when it resolves. */
  put(bytes: Uint8Array): Promise<string>;
  /** Rejects when there is no such document. */
  get(digest: string): Promise<Buffer>;
}

export async function createDocuments(folder: string): Promise<Documents> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pathOf = (digest: string): string => join(folder, digest);
  // The same file sent by many at once is written once.
  const stored = new Map<string, Promise<void>>();

  const put = async (bytes: Uint8Array): Promise<string> => {
    const digest = digestOf(bytes);
    const storing = stored.get(digest) ?? store(bytes, digest);
    stored.set(digest, storing);
    await storing;
    return digest;
  };
  const store = async (bytes: Uint8Array, digest: string): Promise<void> => {
    try {
      const there = await stat(pathOf(digest)).catch(() => null);
      if (there === null) await write(bytes, digest);
    } catch (error) {
      stored.delete(digest);
      throw error;
    }
  };
  const write = async (bytes: Uint8Array, digest: string): Promise<void> => {
    const fresh = `${pathOf(digest)}.${newId('new')}`;
    const file = await open(fresh, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, pathOf(digest));
    await syncFolder(folder);
  };
  return { put, get: (digest) => readFile(pathOf(digest)) };
}
