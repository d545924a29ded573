import { createHash } from 'node:crypto';

import { listPages, openPdf, PdfError, type PdfErrorCode, type PdfFile } from '../../pdf/index.js';
import { assessSignatures, type Trust } from './verify/assess-signatures.js';
import { readTrust } from './verify/certificate.js';
import { checkContent, type ContentExpectations } from './verify/check-content.js';
import { checkExpectations, lowestLevel, type Expectations } from './verify/check-expectations.js';
import type { RevocationFetcher } from './verify/check-revocation.js';
import { checkDistinct, checkRevisions } from './verify/check-revisions.js';
import { checkSignature } from './verify/check-signature.js';
import { checkTrail } from './verify/check-trail.js';
import { findSignatures } from './verify/find-signatures.js';
import { Refusal, verdictOf, type Reason, type ReasonCode } from './verify/reason.js';
import type { SignatureReport, VerificationReport } from './verify/report.js';

export interface VerifyInput extends Expectations, ContentExpectations {
  readonly signed: Uint8Array;
  /** PEM texts: the authorities that may vouch for signers, and for timestamps. */
  readonly signerTrust: readonly string[];
  readonly tsaTrust: readonly string[];
  /** Revocation lists that the caller has, DER. */
  readonly crls?: readonly Uint8Array[];
  /** How to ask for revocation data that the document does not hold; `none` (the default) asks nobody. */
  readonly revocation?: 'none' | RevocationFetcher;
  /** The time at which to judge; now when absent. */
  readonly at?: Date;
  /** The largest file to look at, in bytes; 64 MiB when absent. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 64 * 1024 * 1024;
const SIGNATURE_LIMIT = 50;

const PDF_CODES: Partial<Record<PdfErrorCode, ReasonCode>> = {
  not_a_pdf: 'not-a-pdf',
  encrypted: 'encrypted',
  truncated: 'truncated',
  trailing_data: 'trailing-data',
  too_complex: 'too-complex',
};

interface Findings {
  readonly signatures: readonly SignatureReport[];
  readonly reasons: readonly Reason[];
  readonly pages: number | null;
}

/**
 * Verifies a signed PDF and that it is the contract it should be. The verdict and sub-indications are those
 * of ETSI EN 319 102-1 (docs/decisions/0070): only TOTAL-PASSED means that nothing was found against it.
 * Never throws for what the document holds; RangeError for a trust file that holds no certificate.
 * Hostile bytes can keep it busy: services call verifyInThread.
 */
export async function verifyDocument(input: VerifyInput): Promise<VerificationReport> {
  const trust: Trust = {
    signerAnchors: readTrust(input.signerTrust),
    tsaAnchors: readTrust(input.tsaTrust),
    crls: input.crls ?? [],
    fetcher: input.revocation === 'none' ? null : (input.revocation ?? null),
    now: input.at ?? new Date(),
  };
  const { signatures, reasons, pages } = await findings(input, trust).catch(explain);
  const all = [...reasons, ...signatures.flatMap((signature) => signature.reasons)];
  return {
    ...verdictOf(all),
    level: lowestLevel(signatures),
    signatures,
    reasons: all,
    sha256: createHash('sha256').update(input.signed).digest('hex'),
    pages,
    verifiedAt: trust.now.toISOString(),
  };
}

async function findings(input: VerifyInput, trust: Trust): Promise<Findings> {
  if (input.signed.length > (input.maxBytes ?? MAX_BYTES)) {
    throw new Refusal('too-large', `The file has ${input.signed.length} bytes, more than is looked at.`);
  }
  const file = openPdf(input.signed);
  const pages = listPages(file.latest).length;
  const found = await judgeSignatures(file, trust);
  const expected = checkExpectations(found.signatures, input);
  const content = await checkContent(file, input);
  const trail = trailReasons(found.signatures, input, trust.now);
  const reasons = [...found.reasons, ...expected, ...trail, ...content];
  return { signatures: found.signatures, reasons, pages };
}

function trailReasons(
  signatures: readonly SignatureReport[],
  { trail, notBefore }: VerifyInput,
  now: Date,
): Reason[] {
  if (trail === undefined) return [];
  const times = signatures.flatMap((one) =>
    one.kind === 'signature' && one.time !== null ? [Date.parse(one.time)] : [],
  );
  const sealedAt = times.length > 0 ? new Date(Math.max(...times)) : null;
  return checkTrail(trail, { sealedAt, now, ...(notBefore === undefined ? {} : { notBefore }) });
}

async function judgeSignatures(file: PdfFile, trust: Trust): Promise<Omit<Findings, 'pages'>> {
  const fields = findSignatures(file.latest);
  if (!fields.some((field) => !field.isTimestamp)) {
    return {
      signatures: [],
      reasons: [{ code: 'no-signature', detail: 'The document bears no signature.' }],
    };
  }
  if (fields.length > SIGNATURE_LIMIT)
    throw new Refusal('too-complex', 'The document bears too many signatures.');
  const checked = fields.map((field) => checkSignature(file, field));
  const { reports, reasons } = await assessSignatures(file, checked, trust);
  return {
    signatures: reports,
    reasons: [...checkDistinct(checked), ...checkRevisions(file, checked), ...reasons],
  };
}

/** A fault that ends the verification, as its one reason; an unforeseen one never passes. */
function explain(error: unknown): Findings {
  const nothing = { signatures: [], pages: null };
  if (error instanceof Refusal) return { ...nothing, reasons: [{ code: error.code, detail: error.detail }] };
  if (error instanceof PdfError) {
    const code = PDF_CODES[error.code] ?? 'damaged-structure';
    return { ...nothing, reasons: [{ code, detail: `The PDF cannot be read: ${error.message}.` }] };
  }
  const name = error instanceof Error ? error.name : 'an error';
  return {
    ...nothing,
    reasons: [{ code: 'internal-error', detail: `The verification broke off (${name}).` }],
  };
}
