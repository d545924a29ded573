import type { EvidenceInput } from '../adapters/signature/evidence/build-evidence.js';
import type { VerificationReport } from '../adapters/signature/verify/report.js';
import type { SignedDocument } from '../domain/contract/facts.js';
import type { ContractState, DocumentState } from '../domain/contract/state.js';
import { DEFAULT_RETENTION_DAYS, type ManifestDocument } from '../domain/evidence/manifest.js';
import type { Vault } from '../runtime/vault.js';
import type { Database } from '../store/database.js';
import { readClientSettings, readEventBodies } from '../store/evidence-sources.js';
import { readChainOf } from '../store/journal-chain.js';
import { readPlatformLog } from '../store/platform-findings.js';
import { readReports, type ReadReport } from '../store/verification-reports.js';
import { readContract } from './contract-reader.js';

export interface EvidenceSources {
  db: Database;
  vault: Vault;
  /** Address of the authority that stamps the manifest, which names it; null: none is configured. */
  timestampAuthority: string | null;
  /** PEM texts: what documents and the manifest's timestamp are verified against. */
  trust: { signers: string | null; timestamps: string | null; evidenceTimestamps: string | null };
  /** Where the documents come from, for people. */
  sourceName: string;
}

export interface GatherRequest {
  contractId: string;
  documents: SignedDocument[] | null;
  at: Date;
  key: { id: string; publicKey: string };
}

type Found = Partial<Pick<VerificationReport, 'verdict' | 'level' | 'signatures'>>;

/** Reads together what the evidence is made of. */
export async function gatherEvidence(deps: EvidenceSources, request: GatherRequest): Promise<EvidenceInput> {
  const { db, vault } = deps;
  const { contractId, at, key } = request;
  const { state, personal } = await readContract(deps, contractId);
  const reports = await readReports(db, vault, contractId);
  const platform = await readPlatformLog(db, vault, contractId);
  const log = platform?.log ?? [];
  const settings = await readClientSettings(db, state.clientId);
  return {
    manifest: {
      kind: 'paraphe.evidence',
      version: 1,
      contract: contractFacts(state),
      source: {
        name: deps.sourceName,
        contractId: state.platformId,
        collectedAt: (platform?.retrievedAt ?? at).toISOString(),
      },
      documents: state.documents.map((document) => manifestDocument(document, request.documents, reports)),
      retentionDays: settings.retentionDays ?? DEFAULT_RETENTION_DAYS,
      madeAt: at.toISOString(),
      timestampAuthority: deps.timestampAuthority,
      key: { id: key.id, algorithm: 'Ed25519' },
    },
    label: personal.label,
    names: new Map(personal.documents.map(({ id, name }) => [id, name])),
    signatories: personal.signatories.map(({ id, firstName, lastName, email }) => ({
      name: `${firstName} ${lastName}`,
      email,
      signedAt: state.signatories.find((one) => one.id === id)?.signedAt ?? null,
    })),
    signatures: new Map(reports.map((one) => [one.documentId, foundOf(one).signatures ?? []])),
    trail: log,
    publicKey: key.publicKey,
    platformLog: { retrievedAt: platform?.retrievedAt ?? null, data: log },
    events: await readEventBodies(db, contractId),
    journal: await readChainOf(db, contractId),
    reports: new Map(reports.map((one) => [one.documentId, one.report])),
    trust: deps.trust,
  };
}

function contractFacts(state: ContractState): EvidenceInput['manifest']['contract'] {
  const { id, clientId, environment, createdAt, publishedAt, signedAt } = state;
  return {
    id,
    clientId,
    environment,
    createdAt,
    publishedAt,
    signedAt,
    signatories: state.signatories.length,
  };
}

function manifestDocument(
  document: DocumentState,
  fresh: SignedDocument[] | null,
  reports: ReadReport[],
): ManifestDocument {
  const { id, kind, size, sha256, pages } = document;
  const signed = fresh?.find((one) => one.id === id) ?? document.signed;
  const report = reports.find((one) => one.documentId === id);
  const found = report === undefined ? {} : foundOf(report);
  return {
    id,
    kind,
    deposited: { size, sha256, pages },
    // A document of which the platform never gave a file has no digest.
    signed:
      kind === 'annex' || signed === null || signed.sha256 === ''
        ? null
        : {
            size: signed.size,
            sha256: signed.sha256,
            verification: signed.verification,
            verdict: found.verdict ?? null,
            level: found.level ?? null,
            verifiedAt: report?.verifiedAt.toISOString() ?? null,
          },
  };
}

function foundOf({ report }: ReadReport): Found {
  return (report as { found?: Found }).found ?? {};
}
