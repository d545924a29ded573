/** Keeps sealed bytes under a key, written once. */
export interface Archive {
  /**
   * Keeps the bytes durably. The same key again is allowed and leaves what is there: an attempt that was killed
   * after its write is repeated with other nonces, and either result opens.
   */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** @throws ArchiveMissing */
  get(key: string): Promise<Buffer>;
  has(key: string): Promise<boolean>;
  /** Removes what is there; nothing there is no error. */
  remove(key: string): Promise<void>;
  /** Keys that begin with the prefix (`signed/`), in their order. */
  list(prefix: string): Promise<string[]>;
}

export class ArchiveMissing extends Error {
  override readonly name = 'ArchiveMissing';
}

/** What the archive gave is not what was put there. */
export class ArchiveDamaged extends Error {
  override readonly name = 'ArchiveDamaged';
}

const KEY = /^[a-z]+(\/[A-Za-z0-9_.-]+)+$/;

/** @throws Error for what no archive takes as a key: a path that leaves it, for one */
export function checkKey(key: string): string {
  if (!KEY.test(key) || key.includes('..')) throw new Error(`not an archive key: ${key}`);
  return key;
}

/** Where a signed document lies, sealed with the contract's key: by digest, so that another content never replaces it. */
export function signedDocumentKey(contractId: string, documentId: string, sha256: string): string {
  return `signed/${contractId}/${documentId}/${sha256}`;
}

/** Where bytes lie that did not verify, for a person to look at: apart from what clients are given. */
function apartKey(contractId: string, documentId: string, sha256: string): string {
  return `apart/${contractId}/${documentId}/${sha256}`;
}

/** Where the bytes lie that the platform gave, by the verdict on them: what failed lies apart. */
export function retrievedKey(
  contractId: string,
  documentId: string,
  { sha256, verification }: { sha256: string; verification: string },
): string {
  return (verification === 'failed' ? apartKey : signedDocumentKey)(contractId, documentId, sha256);
}
