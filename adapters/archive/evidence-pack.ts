/** A file of the evidence. */
export interface EvidenceFile {
  path: string;
  content: Buffer;
}

/** What is archived of the evidence beside the documents themselves, which lie in the archive already. */
export function packEvidence(files: readonly EvidenceFile[]): Buffer {
  return Buffer.from(
    JSON.stringify(files.map(({ path, content }) => ({ path, content: content.toString('base64') }))),
  );
}

export function unpackEvidence(pack: Buffer): EvidenceFile[] {
  const files = JSON.parse(pack.toString()) as { path: string; content: string }[];
  return files.map(({ path, content }) => ({ path, content: Buffer.from(content, 'base64') }));
}

/** Where a contract's pack lies, sealed with its key. */
export function evidenceKeyOf(contractId: string, packSha256: string): string {
  return `evidence/${contractId}/${packSha256}`;
}

export function evidenceContext(contractId: string): string {
  return `${contractId}:evidence`;
}
