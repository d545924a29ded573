import { ArchiveDamaged, ArchiveMissing, retrievedKey } from '../../adapters/archive/archive.js';
import { getSealed, signedContext } from '../../adapters/archive/sealed-document.js';
import { Problem } from '../../domain/problem.js';
import { logView, uploadView } from '../../domain/schemas/views.js';
import { readDocument } from '../../store/contract-documents.js';
import type { ContractRow } from '../../store/contracts-read.js';
import type { Tx } from '../../store/database.js';
import { contractKey } from '../../store/personal.js';
import { readVerifiedAt } from '../../store/verification-reports.js';
import { readPlatformLog } from '../../store/platform-findings.js';
import { storeUpload } from '../../store/uploads.js';
import { inspect } from '../accept/read-documents.js';
import type { ApiDeps } from '../deps.js';
import { metadataHeaders } from '../document-metadata.js';
import { inTransaction, transaction } from '../in-transaction.js';
import { journalDeed } from '../journal-deed.js';
import { refuseIfPurged } from '../purged.js';
import { route, type Answer, type Call, type Route } from '../route.js';
import { contractOr404, journalRead } from './read-contracts.js';

const reads = { scope: 'documents:read', tag: 'Documents' } as const;
const PDF = { description: 'The file', mediaType: 'application/pdf' } as const;
const FILE = { 200: PDF, 304: { description: 'Not changed: `If-None-Match` names its ETag' } } as const;

const deposited = inTransaction({
  ...reads,
  method: 'get',
  path: '/v1/contracts/{id}/documents/{did}',
  params: { id: 'ctr', did: 'doc' },
  summary: 'Read a document as it was deposited',
  answers: FILE,
  problems: ['purged', 'data_erased'],
  async work(tx, call, deps) {
    const row = await contractOr404(tx, call);
    const { id } = row;
    await refuseIfPurged(tx, id);
    const documentId = call.params['did']!;
    const document = await readDocument(tx, deps.vault, id, documentId);
    if (document === null) throw noDocument();
    await journalRead(tx, call, deps, documentId, { contractId: id });
    const origin = { source: 'deposited', collectedAt: row.state.createdAt };
    return file(document.content, document.sha256, documentId, await metadataHeaders(tx, row, origin));
  },
});

const signed = route({
  ...reads,
  method: 'get',
  path: '/v1/contracts/{id}/documents/{did}/signed',
  params: { id: 'ctr', did: 'doc' },
  summary: 'Read a signed document, once it has been verified',
  answers: FILE,
  problems: ['not_signed_yet', 'not_verified', 'document_unreadable', 'purged', 'data_erased'],
  async handle(call, deps) {
    const found = await transaction(deps, false, call, (tx) => findSigned(tx, call, deps));
    // An archive that is slow holds no connection: the database is there for others meanwhile.
    const content = await readSigned(deps, found);
    const { contractId, documentId } = found;
    await transaction(deps, false, call, (tx) =>
      journalRead(tx, call, deps, documentId, { contractId, form: 'signed' }),
    );
    return file(content, found.sha256, `${documentId}-signed`, found.headers);
  },
});

const log = inTransaction({
  method: 'get',
  path: '/v1/contracts/{id}/log',
  scope: 'contracts:read',
  tag: 'Contracts',
  params: { id: 'ctr' },
  summary: 'Read the platform’s audit trail, as last retrieved',
  answers: { 200: { description: 'The audit trail', schema: logView } },
  async work(tx, call, deps) {
    const row = await contractOr404(tx, call);
    await refuseIfPurged(tx, row.id);
    const found = await readPlatformLog(tx, deps.vault, row.id);
    await journalRead(tx, call, deps, row.id, { part: 'log' });
    const ids = new Map(row.state.signatories.map(({ id, platformId }) => [platformId, id]));
    const data = (found?.log ?? []).map(({ at, event, signatoryPlatformId, detail }) => ({
      at,
      event,
      signatoryId: signatoryPlatformId === null ? null : (ids.get(signatoryPlatformId) ?? null),
      // People read it, so it may name a signatory: not for a client that may see fewer fields (CN3).
      ...(call.caller.fields === null ? { detail } : {}),
    }));
    return { status: 200, body: { data, retrievedAt: found?.retrievedAt.toISOString() ?? null } };
  },
});

const upload = inTransaction({
  method: 'post',
  path: '/v1/documents',
  scope: 'contracts:write',
  tag: 'Documents',
  summary: 'Upload a PDF ahead of the triggers that name it',
  description: 'It is there for 90 days, for any number of triggers; each contract gets a copy of its own.',
  bodyType: 'application/pdf',
  answers: { 201: { description: 'Uploaded', schema: uploadView } },
  problems: ['document_too_large', 'not_a_pdf', 'pdf_encrypted', 'pdf_damaged'],
  async work(tx, call, deps) {
    const facts = await inspect(call.bytes, '');
    const { clientId } = call.caller;
    const content = { content: call.bytes, ...facts };
    const id = await storeUpload(tx, deps.vault, clientId, content, deps.clock.now());
    await journalDeed(tx, call, deps, 'create', id);
    return { status: 201, body: { id, sha256: facts.sha256, size: call.bytes.length, pages: facts.pages } };
  },
});

/** Documents of contracts, as deposited and as signed, and the platform's log. */
export const documentRoutes: Route[] = [deposited, signed, log, upload];

function proofOf(row: ContractRow, documentId: string): { sha256: string; verification: string } {
  const document = row.state.documents.find((one) => one.id === documentId);
  if (document === undefined || document.kind !== 'main') throw noDocument();
  if (document.signed === null || document.signed.verification === 'pending')
    throw new Problem('not_signed_yet');
  // An operator may have accepted a document that did not pass by itself.
  if (document.signed.verification !== 'passed' && row.state.status !== 'completed')
    throw new Problem('not_verified');
  return document.signed;
}

interface FoundDocument {
  contractId: string;
  documentId: string;
  sha256: string;
  /** Where it lies in the archive, and what opens it. */
  place: string;
  dataKey: Buffer;
  headers: Record<string, string>;
}

async function findSigned(tx: Tx, call: Call, deps: ApiDeps): Promise<FoundDocument> {
  const row = await contractOr404(tx, call);
  const documentId = call.params['did']!;
  const proof = proofOf(row, documentId);
  const { sha256, verification } = proof;
  await refuseIfPurged(tx, row.id);
  const origin = {
    source: `platform (${row.state.environment})`,
    collectedAt: await readVerifiedAt(tx, documentId),
    verification,
  };
  return {
    contractId: row.id,
    documentId,
    sha256,
    place: retrievedKey(row.id, documentId, proof),
    dataKey: await contractKey(tx, deps.vault, row.id),
    headers: await metadataHeaders(tx, row, origin),
  };
}

async function readSigned(
  { archive }: ApiDeps,
  { documentId, sha256, place, dataKey }: FoundDocument,
): Promise<Buffer> {
  try {
    return await getSealed(archive, dataKey, { key: place, context: signedContext(documentId), sha256 });
  } catch (error) {
    if (error instanceof ArchiveMissing || error instanceof ArchiveDamaged)
      throw new Problem('document_unreadable');
    throw error;
  }
}

function noDocument(): Problem {
  return new Problem('not_found', { detail: 'There is no such document in this contract.' });
}

function file(content: Buffer, sha256: string, name: string, metadata: Record<string, string>): Answer {
  const digest = Buffer.from(sha256, 'hex').toString('base64');
  return {
    status: 200,
    raw: content,
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `attachment; filename="${name}.pdf"`,
      'Content-Digest': `sha-256=:${digest}:`,
      Digest: `sha-256=${digest}`,
      ETag: `"${sha256}"`,
      ...metadata,
    },
  };
}
