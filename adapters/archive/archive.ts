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
  remove(key: string): Promise<void>;
}

export class ArchiveMissing extends Error {
  override readonly name = 'ArchiveMissing';
}

/** Where a signed document lies, sealed with the contract's key: by digest, so that another content never replaces it. */
export function signedDocumentKey(contractId: string, documentId: string, sha256: string): string {
  return `signed/${contractId}/${documentId}/${sha256}`;
}
