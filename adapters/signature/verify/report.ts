import type { Reason, Verdict } from './reason.js';

/** The PAdES baseline level that a signature reaches (ETSI EN 319 142-1). */
export type Level = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA';

export const LEVELS: readonly Level[] = ['B-B', 'B-T', 'B-LT', 'B-LTA'];

export interface CertificateFacts {
  readonly commonName: string;
  readonly issuer: string;
  readonly serial: string;
  readonly sha256: string;
  readonly validFrom: string;
  readonly validTo: string;
}

export interface SignatureReport {
  readonly field: string;
  readonly kind: 'signature' | 'document-timestamp';
  /** Which revision of the file it signs, counted from 1, and whether that is the whole file. */
  readonly revision: number;
  readonly coversWholeFile: boolean;
  readonly signer: CertificateFacts | null;
  /** The time that is proven by a timestamp (ISO 8601), null where there is none. */
  readonly time: string | null;
  readonly timestampAuthority: CertificateFacts | null;
  readonly level: Level | null;
  /** `not-checked`: the certificate names no source of revocation data, or asking is not allowed. */
  readonly revocation: 'good' | 'revoked' | 'unknown' | 'not-checked';
  readonly verdict: Verdict;
  readonly subIndications: readonly string[];
  readonly reasons: readonly Reason[];
}

export interface VerificationReport {
  readonly verdict: Verdict;
  readonly subIndications: readonly string[];
  /** The lowest level among the signatures; null where one reaches none. */
  readonly level: Level | null;
  readonly signatures: readonly SignatureReport[];
  readonly reasons: readonly Reason[];
  /** SHA-256 of the file that was verified: bytes outside every signature can change without a reason. */
  readonly sha256: string;
  readonly pages: number | null;
  readonly verifiedAt: string;
}
