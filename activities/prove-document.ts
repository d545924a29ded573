import { createHash } from 'node:crypto';
import { retrievedKey, type Archive } from '../adapters/archive/archive.js';
import { putSealed, signedContext } from '../adapters/archive/sealed-document.js';
import type { SignedDocument } from '../domain/contract/facts.js';
import type { Verification } from '../domain/contract/state.js';
import type { DetailedContract, PlatformLogEntry } from '../domain/platform.js';
import type { Clock } from '../runtime/clock.js';
import type { Vault } from '../runtime/vault.js';
import { readDeposited } from '../store/contract-documents.js';
import type { Database } from '../store/database.js';
import { contractKey } from '../store/personal.js';
import { keepReport } from '../store/verification-reports.js';
import type { FullContract } from './contract-reader.js';

/** The timestamp authority's clock and ours may differ by this much. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** The platform's audit trail with those who must be in it, in the order of the contract's signatories. */
export interface TrailOnPlatform {
  entries: PlatformLogEntry[];
  signatories: { platformId: string; signedAt: string | null }[];
}

/** What is asked of a verification: is this the signed form of what we deposited? */
export interface VerificationRequest {
  signed: Uint8Array;
  original: Uint8Array;
  label: string;
  platformId: string;
  /** Full names that the document must carry. */
  signatories: string[];
  /** The platform's audit trail, which must agree with the document; signatories in the order of the names. */
  trail: TrailOnPlatform;
  /** It can't have been signed before it was deposited. */
  notBefore?: Date;
}

/** `reason`: a stable code of the first thing that is wrong, for events and operators; `report`: all of it, to be kept. */
export type Verify = (
  request: VerificationRequest,
) => Promise<{ verification: Verification; reason: string | null; report?: object }>;

export interface ProveDeps {
  db: Database;
  vault: Vault;
  clock: Clock;
  archive: Pick<Archive, 'put'>;
  verify: Verify;
}

export interface Proof {
  document: SignedDocument;
  reason: string | null;
}

/**
 * Verifies one signed document against what was deposited, archives it and keeps the report. A document that failed
 * is kept apart, where no client is served from.
 */
export async function proveDocument(
  deps: ProveDeps,
  contract: FullContract,
  detail: Pick<DetailedContract, 'platformId' | 'signatories' | 'log'>,
  { id, signed }: { id: string; signed: Uint8Array },
): Promise<Proof> {
  const { id: contractId, clientId } = contract.state;
  const key = await contractKey(deps.db, deps.vault, contractId);
  const question = {
    label: contract.personal.label,
    // Ours, whatever contract the answer says it is about.
    platformId: contract.state.platformId ?? detail.platformId,
    signatories: contract.personal.signatories.map((person) => `${person.firstName} ${person.lastName}`),
    notBefore: new Date(contract.createdAt.getTime() - CLOCK_SKEW_MS),
  };
  const trail = { entries: detail.log, signatories: trailSignatories(contract, detail) };
  const { verification, reason, report } = await verify(deps, key, id, { signed, trail, ...question });
  const sha256 = createHash('sha256').update(signed).digest('hex');
  const document: SignedDocument = { id, size: signed.length, sha256, verification };
  const failed = verification === 'failed';
  const place = retrievedKey(contractId, id, document);
  await putSealed(deps.archive, key, { key: place, context: signedContext(id) }, signed);
  await keepReport(deps.db, key, {
    contractId,
    clientId,
    document,
    kept: failed ? 'apart' : 'archived',
    report: {
      // The trail itself is kept for the whole contract.
      asked: { ...question, trailSignatories: trail.signatories },
      found: report ?? { verdict: verification, reason },
    },
    verifiedAt: deps.clock.now(),
  });
  return { document, reason };
}

/** Who must be in the trail: those whom we deposited, by the ids that the platform gave them then. */
function trailSignatories(
  { personal, state }: FullContract,
  detail: Pick<DetailedContract, 'signatories'>,
): TrailOnPlatform['signatories'] {
  return personal.signatories.map(({ id }) => {
    const platformId = state.signatories.find((one) => one.id === id)?.platformId ?? '';
    const seen = detail.signatories.find((one) => one.platformId === platformId);
    return { platformId, signedAt: seen?.signedAt ?? null };
  });
}

/** The deposited document is in memory for this long only: five of 25 MB are never there together. */
async function verify(
  { db, verify }: Pick<ProveDeps, 'db' | 'verify'>,
  key: Buffer,
  id: string,
  question: Omit<VerificationRequest, 'original'>,
): ReturnType<Verify> {
  const original = await readDeposited(db, key, id);
  return verify({ ...question, original });
}
