import { ApplicationFailure } from '@temporalio/common';
import type { Sighting } from '../domain/contract/facts-from-detail.js';
import type { SignedDocument } from '../domain/contract/facts.js';
import type { DetailedContract } from '../domain/platform.js';
import { readContract } from './contract-reader.js';
import { withGrowingPauses } from './growing-pauses.js';
import {
  readDetail,
  toSighting,
  unlessInVain,
  UnreadableAnswer,
  type LookDeps,
  type LookInput,
} from './look.js';
import { proveDocument, type ProveDeps } from './prove-document.js';

export interface RetrieveDeps extends LookDeps, ProveDeps {
  /** Makes the evidence of a contract whose documents are proven, before anybody is told that it is completed. */
  makeEvidence?: (contractId: string, documents: SignedDocument[]) => Promise<void>;
}

export interface Retrieval {
  sighting: Sighting | null;
  /** Null while the platform has not sealed every document. */
  documents: SignedDocument[] | null;
  reason: string | null;
  /** The platform's answer was no detail at all, or there was none for too long; nothing else in here counts then. */
  unreadable?: true;
}

export function createRetrieveActivities(deps: RetrieveDeps): {
  retrieve: (input: LookInput) => Promise<Retrieval>;
} {
  return { retrieve: withGrowingPauses((input) => retrieve(deps, input)) };
}

/**
 * Fetches the signed documents, verifies each and archives it, one at a time. All of it may be repeated: the archive
 * keeps what it has. What fails is kept apart, for the person who must look; only passed ones complete a contract.
 */
async function retrieve(deps: RetrieveDeps, input: LookInput): Promise<Retrieval> {
  const detail = await readFiles(deps, input).catch(unlessInVain(deps, input));
  const nothing = { documents: null, reason: null };
  if (detail === 'unanswered')
    return { ...nothing, sighting: null, reason: 'not_retrieved', unreadable: true };
  if (detail === 'unreadable')
    return { ...nothing, sighting: null, reason: 'unreadable_answer', unreadable: true };
  if (detail === null) return { ...nothing, sighting: null };
  const sighting = toSighting(detail);
  const sealed = detail.documents.every(({ signed, fault }) => signed !== null || fault != null);
  // A document that is there before all have signed is none of ours yet: whatever it is, it is read when they have.
  if (detail.status !== 'signed' || !sealed) return { ...nothing, sighting };
  const { documents, reason } = await proveAll(deps, input.contractId, detail);
  if (deps.makeEvidence !== undefined && documents.every((document) => document.verification === 'passed'))
    await deps.makeEvidence(input.contractId, documents);
  return { sighting, documents, reason };
}

async function readFiles(
  deps: RetrieveDeps,
  input: LookInput,
): Promise<DetailedContract | 'unreadable' | null> {
  try {
    return await readDetail(deps, input, { documents: true });
  } catch (error) {
    if (!(error instanceof UnreadableAnswer)) throw error;
    // Before it is known that all have signed nothing is lost by asking again, and the news must not be.
    if ((await readContract(deps, input.contractId)).state.status !== 'signed') throw unavailable();
    return 'unreadable';
  }
}

async function proveAll(
  deps: RetrieveDeps,
  contractId: string,
  detail: DetailedContract,
): Promise<{ documents: SignedDocument[]; reason: string | null }> {
  const contract = await readContract(deps, contractId);
  const main = contract.state.documents.filter((document) => document.kind === 'main');
  if (detail.documents.length !== main.length)
    return { documents: main.map(({ id }) => missing(id)), reason: 'document_count' };
  if (detail.signatories.some((signatory) => signatory.status !== 'signed'))
    return { documents: main.map(({ id }) => missing(id)), reason: 'signatory_pending' };
  const documents: SignedDocument[] = [];
  let reason: string | null = null;
  for (const { id } of main) {
    // Taken off the list: each is let go as soon as it is archived.
    const { signed, fault = null } = detail.documents.shift()!;
    const proof =
      signed === null
        ? { document: missing(id), reason: fault }
        : await proveDocument(deps, contract, detail, { id, signed });
    documents.push(proof.document);
    reason ??= proof.reason;
  }
  return { documents, reason };
}

function unavailable(): ApplicationFailure {
  const message = 'the platform answered with something that is no detail';
  return ApplicationFailure.create({ type: 'PlatformUnavailable', message });
}

function missing(id: string): SignedDocument {
  return { id, size: 0, sha256: '', verification: 'failed' };
}
