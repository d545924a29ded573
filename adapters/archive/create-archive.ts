import type { Archive } from './archive.js';
import { createFileArchive } from './file-archive.js';
import { createS3Archive, readS3Address } from './s3-archive.js';

/**
 * The archive behind an address: `file:` a folder, `s3:` a bucket (docs/guides/archive.md).
 * @throws Error for an address of another kind
 */
export function createArchive(url: string): Archive {
  const { protocol } = new URL(url);
  if (protocol === 'file:') return createFileArchive(url);
  if (protocol === 's3:') return createS3Archive(readS3Address(url));
  throw new Error(`ARCHIVE_URL must begin with file: or s3:, not ${protocol}`);
}
