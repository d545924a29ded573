import type { Archive } from './archive.js';
import { createFileArchive } from './file-archive.js';

/**
 * The archive behind an address: `file:` a folder.
 * @throws Error for an address of another kind
 */
export function createArchive(url: string): Archive {
  const { protocol } = new URL(url);
  if (protocol === 'file:') return createFileArchive(url);
  throw new Error(
    `ARCHIVE_URL must begin with file: — ${protocol} is not an archive that this version knows`,
  );
}
