import { createHash } from 'node:crypto';
import type { Archive } from '../adapters/archive/archive.js';
import { signedDocumentKey } from '../adapters/archive/archive.js';
import type { Sighting } from '../domain/contract/facts-from-detail.js';
import type { SignedDocument } from '../domain/contract/facts.js';
import type { Verification } from '../domain/contract/state.js';
import type { DetailedContract } from '../domain/platform.js';
import { seal } from '../runtime/vault.js';
import { contractKey } from '../store/personal.js';
import { readContract, readDocuments, type FullContract } from './contract-reader.js';
import { readDetail, toSighting, type ContractOnPlatform, type LookDeps } from './look.js';

/** What is asked of a verification: is this the signed form of what we deposited? */
export interface VerificationRequest {
  signed: Uint8Array;
  original: Uint8Array;
  label: string;
  platformId: string;
  /** Full names that the document must carry. */
  signatories: string[];
}

/** `reason`: a stable code of the first thing that is wrong, for events and operators. */
export type Verify = (
  request: VerificationRequest,
) => Promise<{ verification: Verification; reason: string | null }>;

export interface RetrieveDeps extends LookDeps {
  archive: Archive;
  verify: Verify;
}

export interface Retrieval {
  sighting: Sighting | null;
  /** Null while the platform has not sealed every document. */
  documents: SignedDocument[] | null;
  reason: string | null;
}

export function createRetrieveActivities(deps: RetrieveDeps): {
  retrieve: (input: ContractOnPlatform) => Promise<Retrieval>;
} {
  return { retrieve: (input) => retrieve(deps, input) };
}

/**
 * Fetches the signed documents, verifies each and archives it. All of it may be repeated: the archive keeps what it
 * has. A document that fails is kept too, for the person who must look; only passed ones complete a contract.
 */
async function retrieve(deps: RetrieveDeps, input: ContractOnPlatform): Promise<Retrieval> {
  const detail = await readDetail(deps, input);
  if (detail === null) return { sighting: null, documents: null, reason: null };
  const sighting = toSighting(detail);
  const contract = await readContract(deps, input.contractId);
  const main = contract.state.documents.filter((document) => document.kind === 'main');
  const signed = detail.documents.map((document) => document.signed);
  if (detail.status !== 'signed' || signed.some((bytes) => bytes === null))
    return { sighting, documents: null, reason: null };
  if (signed.length !== main.length) {
    return { sighting, documents: main.map((document) => missing(document.id)), reason: 'document_count' };
  }
  const originals = await readDocuments(deps, input.contractId);
  const documents: SignedDocument[] = [];
  let reason: string | null = null;
  for (const [index, { id }] of main.entries()) {
    const proof = await proveOne(deps, contract, detail, id, signed[index]!, originals.get(id)!);
    documents.push(proof.document);
    reason ??= proof.reason;
  }
  return { sighting, documents, reason };
}

function missing(id: string): SignedDocument {
  return { id, size: 0, sha256: '', verification: 'failed' };
}

async function proveOne(
  deps: RetrieveDeps,
  contract: FullContract,
  detail: DetailedContract,
  id: string,
  signed: Uint8Array,
  original: Uint8Array,
): Promise<{ document: SignedDocument; reason: string | null }> {
  const { verification, reason } = await deps.verify({
    signed,
    original,
    label: contract.personal.label,
    platformId: detail.platformId,
    signatories: contract.personal.signatories.map((person) => `${person.firstName} ${person.lastName}`),
  });
  const sha256 = createHash('sha256').update(signed).digest('hex');
  const key = await contractKey(deps.db, deps.vault, contract.state.id);
  await deps.archive.put(signedDocumentKey(contract.state.id, id, sha256), seal(key, signed, `${id}:signed`));
  return { document: { id, size: signed.length, sha256, verification }, reason };
}
