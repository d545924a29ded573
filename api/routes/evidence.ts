import {
  ArchiveDamaged,
  ArchiveMissing,
  signedDocumentKey,
  apartKey,
} from '../../adapters/archive/archive.js';
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
import { asClient, type Tx } from '../../store/database.js';
import { readEvidence } from '../../store/evidence.js';
import { contractKey } from '../../store/personal.js';
import type { ApiDeps } from '../deps.js';
import { metadataHeaders } from '../document-metadata.js';
import { evidenceZip, type LateFile } from '../evidence-zip.js';
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
  handle: (call, deps) => asClient(deps.db, call.caller.clientId, (tx) => begin(tx, call, deps)),
});

/** Reads all but the documents: those are read one by one while the answer is written. */
async function begin(tx: Tx, call: Call, deps: ApiDeps): Promise<Answer> {
  const row = await contractOr404(tx, call);
  await refuseIfPurged(tx, row.id);
  if (row.state.status !== 'completed') throw new Problem('not_signed_yet');
  const kept = await readEvidence(tx, row.id);
  if (kept === undefined) throw new Problem('service_unavailable', { retryAfterSeconds: MADE_WITHIN_S });
  const manifest = JSON.parse(kept.manifest) as EvidenceManifest;
  const dataKey = await contractKey(tx, deps.vault, row.id);
  const place = { key: evidenceKeyOf(row.id, kept.pack_sha256), context: evidenceContext(row.id) };
  const pack = await getSealed(deps.archive, dataKey, { ...place, sha256: kept.pack_sha256 }).catch(
    unreadable,
  );
  const made: EvidenceFile[] = [
    { path: EVIDENCE.manifest, content: Buffer.from(kept.manifest) },
    { path: EVIDENCE.signature, content: Buffer.from(`${kept.signature}\n`) },
    { path: EVIDENCE.publicKey, content: Buffer.from(kept.public_key) },
  ];
  if (kept.timestamp_token !== null) made.push({ path: EVIDENCE.timestamp, content: kept.timestamp_token });
  const documents = manifest.documents.flatMap((document) => lateFiles(call, deps, row.id, document));
  await journalRead(tx, call, deps, row.id, { part: 'evidence' });
  const { collectedAt, name } = manifest.source;
  return {
    status: 200,
    stream: evidenceZip([...made, ...unpackEvidence(pack), ...documents], kept.made_at),
    headers: {
      'Content-Type': 'application/zip',
      'Content-Disposition': `attachment; filename="${row.id}-evidence.zip"`,
      ...(await metadataHeaders(tx, row, { source: name, collectedAt })),
    },
  };
}

function lateFiles(call: Call, deps: ApiDeps, contractId: string, document: ManifestDocument): LateFile[] {
  const { id, deposited, signed } = document;
  const before: LateFile = {
    path: EVIDENCE.deposited(id),
    size: deposited.size,
    read: () =>
      asClient(deps.db, call.caller.clientId, async (tx) => {
        const found = await readDocument(tx, deps.vault, contractId, id);
        if (found === null) throw new ArchiveMissing(`the document ${id} is gone`);
        return found.content;
      }),
  };
  if (signed === null) return [before];
  const { sha256, verification } = signed;
  const key = (verification === 'failed' ? apartKey : signedDocumentKey)(contractId, id, sha256);
  const read = (): Promise<Buffer> =>
    asClient(deps.db, call.caller.clientId, async (tx) => {
      const dataKey = await contractKey(tx, deps.vault, contractId);
      return getSealed(deps.archive, dataKey, { key, context: signedContext(id), sha256 });
    });
  return [{ path: EVIDENCE.signed(id), size: signed.size, read }, before];
}

function unreadable(error: unknown): never {
  throw error instanceof ArchiveMissing || error instanceof ArchiveDamaged
    ? new Problem('document_unreadable')
    : error;
}
