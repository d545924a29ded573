import type { Environment, Verification } from '../contract/state.js';

/** Paths of the evidence file (docs/guides/evidence.md). */
export const EVIDENCE = {
  manifest: 'manifest.json',
  signature: 'manifest.sig',
  timestamp: 'manifest.tsr',
  publicKey: 'evidence-key.pem',
  platformLog: 'platform-log.json',
  events: 'events.jsonl',
  journal: 'journal.json',
  summary: 'summary.pdf',
  readme: 'README.txt',
  signed: (documentId: string): string => `signed/${documentId}.pdf`,
  deposited: (documentId: string): string => `deposited/${documentId}.pdf`,
  report: (documentId: string): string => `verification/${documentId}.json`,
  signerTrust: 'trust/signers.pem',
  tsaTrust: 'trust/timestamps.pem',
  evidenceTsaTrust: 'trust/evidence-timestamps.pem',
} as const;

/** Files beside the manifest that it can't list: what is made of it. */
export const BESIDE: readonly string[] = [
  EVIDENCE.manifest,
  EVIDENCE.signature,
  EVIDENCE.timestamp,
  EVIDENCE.publicKey,
];

export interface ManifestFile {
  path: string;
  size: number;
  sha256: string;
}

export interface ManifestDocument {
  id: string;
  kind: 'main' | 'annex';
  deposited: { size: number; sha256: string; pages: number };
  /** Null for annexes, which are not signed. */
  signed: {
    size: number;
    sha256: string;
    verification: Verification;
    /** As ETSI EN 319 102-1 words it, with the PAdES level. */
    verdict: string | null;
    level: string | null;
    verifiedAt: string | null;
  } | null;
}

/**
 * What the evidence holds, signed by the service: digests, verdicts, times. It names no person, so it may stay when
 * everything else is purged.
 */
export interface EvidenceManifest {
  kind: 'paraphe.evidence';
  version: 1;
  contract: {
    id: string;
    clientId: string;
    environment: Environment;
    createdAt: string;
    publishedAt: string | null;
    signedAt: string | null;
    signatories: number;
  };
  /** Where the signed documents come from, and when they were collected there. */
  source: { name: string; contractId: string | null; collectedAt: string };
  documents: ManifestDocument[];
  /** Days for which the service keeps the documents once the contract is completed, as settled then. */
  retentionDays: number;
  madeAt: string;
  /** The authority that is asked for a timestamp; null: none is configured. */
  timestampAuthority: string | null;
  key: { id: string; algorithm: 'Ed25519' };
  files: ManifestFile[];
}

/** Days for which a contract that is over is kept, unless its client settled another time. */
export const DEFAULT_RETENTION_DAYS = 90;
