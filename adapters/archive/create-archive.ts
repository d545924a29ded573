import type { Archive } from './archive.js';
import { createFileArchive } from './file-archive.js';
import { readS3Address } from './s3-address.js';

/**
 * The archive behind an address: `file:` a folder, `s3:` a bucket (docs/guides/archive.md).
 * @throws Error for an address of another kind
 */
export function createArchive(url: string): Archive {
  const { protocol } = new URL(url);
  if (protocol === 'file:') return createFileArchive(url);
  if (protocol === 's3:') {
    const address = readS3Address(url);
    // Most keep files: the SDK is loaded for those who do not.
    return onFirstUse(async () => (await import('./s3-archive.js')).createS3Archive(address));
  }
  throw new Error(`ARCHIVE_URL must begin with file: or s3:, not ${protocol}`);
}

function onFirstUse(load: () => Promise<Archive>): Archive {
  let loading: Promise<Archive> | undefined;
  const archive = (): Promise<Archive> => (loading ??= load());
  return {
    put: async (key, bytes) => (await archive()).put(key, bytes),
    get: async (key) => (await archive()).get(key),
    has: async (key) => (await archive()).has(key),
    remove: async (key) => (await archive()).remove(key),
    list: async (prefix) => (await archive()).list(prefix),
  };
}
