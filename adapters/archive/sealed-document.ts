import { createHash } from 'node:crypto';
import { open, seal } from '../../runtime/vault.js';
import { ArchiveDamaged, type Archive } from './archive.js';

/** A document in the archive: where, whose, and the SHA-256 that its content must have. */
export interface ArchivedContent {
  key: string;
  /** What the seal is bound to. */
  context: string;
  sha256: string;
}

/** The seal of a signed document is bound to it. */
export function signedContext(documentId: string): string {
  return `${documentId}:signed`;
}

/** Seals content with the contract's key and keeps it; again changes nothing. */
export async function putSealed(
  archive: Pick<Archive, 'put'>,
  dataKey: Buffer,
  { key, context }: Omit<ArchivedContent, 'sha256'>,
  content: Uint8Array,
): Promise<void> {
  await archive.put(key, seal(dataKey, content, context));
}

/**
 * Reads and opens content, and checks its digest: nobody is given bytes that are not those archived.
 * @throws ArchiveMissing, ArchiveDamaged
 */
export async function getSealed(
  archive: Pick<Archive, 'get'>,
  dataKey: Buffer,
  { key, context, sha256 }: ArchivedContent,
): Promise<Buffer> {
  const sealed = await archive.get(key);
  let content: Buffer;
  try {
    content = open(dataKey, sealed, context);
  } catch {
    throw new ArchiveDamaged(`${key} does not open`);
  }
  if (createHash('sha256').update(content).digest('hex') !== sha256)
    throw new ArchiveDamaged(`${key} has another content`);
  return content;
}
