import { ArchiveDamaged, ArchiveMissing, retrievedKey } from '../../adapters/archive/archive.js';
import {
  evidenceContext,
  evidenceKeyOf,
  unpackEvidence,
  type EvidenceFile,
} from '../../adapters/archive/evidence-pack.js';
import { getSealed, signedContext } from '../../adapters/archive/sealed-document.js';
import { EVIDENCE, type EvidenceManifest, type ManifestDocument } from '../../domain/evidence/manifest.js';
import { Problem } from '../../domain/problem.js';
import { readDocument } from '../../store/contract-documents.js';
import type { Tx } from '../../store/database.js';
import { readEvidence } from '../../store/evidence.js';
import { contractKey } from '../../store/personal.js';
import type { ApiDeps } from '../deps.js';
import { metadataHeaders } from '../document-metadata.js';
import { evidenceZip, type LateFile } from '../evidence-zip.js';
import { transaction } from '../in-transaction.js';
import { refuseIfPurged } from '../purged.js';
import { route, type Answer, type Call } from '../route.js';
import { contractOr404, journalRead } from './read-contracts.js';

/** The worker's next upkeep makes what is missing. */
const MADE_WITHIN_S = 60;

export const evidence = route({
  method: 'get',
  path: '/v1/contracts/{id}/evidence',
  scope: 'documents:read',
  tag: 'Documents',
  params: { id: 'ctr' },
  summary:
    'Read everything that proves a contract: documents, logs, reports, a signed and timestamped manifest',
  description: 'Its format, and how to verify it offline: docs/guides/evidence.md.',
  answers: { 200: { description: 'The evidence file', mediaType: 'application/zip' } },
  problems: ['not_signed_yet', 'purged', 'document_unreadable', 'service_unavailable'],
  handle: begin,
});

/**
 * Reads all but the documents: those are read one by one while the answer is written. The archive is not waited for in
 * a transaction: one that is slow holds no connection.
 */
async function begin(call: Call, deps: ApiDeps): Promise<Answer> {
  const { row, kept, dataKey, manifest, metadata } = await transaction(deps, false, call, (tx) =>
    find(tx, call, deps),
  );
  const place = { key: evidenceKeyOf(row.id, kept.pack_sha256), context: evidenceContext(row.id) };
  const pack = await getSealed(deps.archive, dataKey, { ...place, sha256: kept.pack_sha256 }).catch(
    unreadable,
  );
  await transaction(deps, false, call, (tx) => journalRead(tx, call, deps, row.id, { part: 'evidence' }));
  const documents = manifest.documents.flatMap((document) => lateFiles(call, deps, row.id, document));
  return {
    status: 200,
    stream: evidenceZip([...proofFiles(kept), ...unpackEvidence(pack), ...documents], kept.made_at),
    holds: pack.length + Math.max(0, ...documents.map(({ size }) => size)),
    headers: {
      'Content-Type': 'application/zip',
      'Content-Disposition': `attachment; filename="${row.id}-evidence.zip"`,
      ...metadata,
    },
  };
}

async function find(tx: Tx, call: Call, deps: ApiDeps) {
  const row = await contractOr404(tx, call);
  await refuseIfPurged(tx, row.id);
  if (row.state.status !== 'completed') throw new Problem('not_signed_yet');
  const kept = await readEvidence(tx, row.id);
  if (kept === undefined) throw new Problem('service_unavailable', { retryAfterSeconds: MADE_WITHIN_S });
  const manifest = JSON.parse(kept.manifest) as EvidenceManifest;
  const { collectedAt, name } = manifest.source;
  return {
    row,
    kept,
    manifest,
    dataKey: await contractKey(tx, deps.vault, row.id),
    metadata: await metadataHeaders(tx, row, { source: name, collectedAt }),
  };
}

type Kept = NonNullable<Awaited<ReturnType<typeof readEvidence>>>;

function proofFiles({ manifest, signature, public_key: publicKey, timestamp_token: token }: Kept) {
  const files: EvidenceFile[] = [
    { path: EVIDENCE.manifest, content: Buffer.from(manifest) },
    { path: EVIDENCE.signature, content: Buffer.from(`${signature}\n`) },
    { path: EVIDENCE.publicKey, content: Buffer.from(publicKey) },
  ];
  if (token !== null) files.push({ path: EVIDENCE.timestamp, content: token });
  return files;
}

function lateFiles(call: Call, deps: ApiDeps, contractId: string, document: ManifestDocument): LateFile[] {
  const { id, deposited, signed } = document;
  const before: LateFile = {
    path: EVIDENCE.deposited(id),
    size: deposited.size,
    read: () =>
      transaction(deps, false, call, async (tx) => {
        const found = await readDocument(tx, deps.vault, contractId, id);
        if (found === null) throw new ArchiveMissing(`the document ${id} is gone`);
        return found.content;
      }),
  };
  if (signed === null) return [before];
  const { sha256 } = signed;
  const key = retrievedKey(contractId, id, signed);
  const read = async (): Promise<Buffer> => {
    const dataKey = await transaction(deps, false, call, (tx) => contractKey(tx, deps.vault, contractId));
    return getSealed(deps.archive, dataKey, { key, context: signedContext(id), sha256 });
  };
  return [{ path: EVIDENCE.signed(id), size: signed.size, read }, before];
}

function unreadable(error: unknown): never {
  throw error instanceof ArchiveMissing || error instanceof ArchiveDamaged
    ? new Problem('document_unreadable')
    : error;
}
