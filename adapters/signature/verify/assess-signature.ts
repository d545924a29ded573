import { commonName, type Cert } from './certificate.js';
import type { RevocationSources } from './check-revocation.js';
import type { CheckedSignature } from './check-signature.js';
import { verdictOf, type Reason } from './reason.js';
import type { CertificateFacts, Level, SignatureReport } from './report.js';
import { checkTrust, type TrustAnswer } from './trust.js';

/** A clock may run ahead of ours by this much. */
const SKEW_MS = 5 * 60_000;

export interface TrustContext {
  readonly signerAnchors: readonly Cert[];
  readonly tsaAnchors: readonly Cert[];
  readonly pool: readonly Cert[];
  readonly sources: RevocationSources;
  readonly now: Date;
  /** The earliest proven time after this signature was made: its document timestamps; else now. */
  readonly until: Date;
  /** A good document timestamp covers this signature and its validation data. */
  readonly isArchived: boolean;
  readonly fileLength: number;
}

/** Judges the trust of one checked signature and writes its report. */
export async function assessSignature(
  checked: CheckedSignature,
  context: TrustContext,
): Promise<SignatureReport> {
  const reasons: Reason[] = [...checked.reasons];
  const stamps = await Promise.all(
    checked.stamps.map((stamp) => assessStamp(stamp.signer, stamp.time, context)),
  );
  for (const answer of stamps) reasons.push(...answer.reasons);
  const first = checked.stamps.toSorted((a, b) => a.time.getTime() - b.time.getTime())[0];
  const isStamped = first !== undefined && stamps.every((answer) => answer.reasons.length === 0);
  const proven = isStamped ? first.time : context.until < context.now ? context.until : null;
  const signer = checked.signer && (await assessSigner(checked.signer, proven, context));
  if (signer) reasons.push(...signer.reasons);
  const answers = signer ? [signer, ...stamps] : stamps;
  const named = reasons.map((reason) => ({ ...reason, field: checked.field.name }));
  return {
    field: checked.field.name,
    kind: checked.field.isTimestamp ? 'document-timestamp' : 'signature',
    revision: (checked.coverage?.revision ?? -1) + 1,
    coversWholeFile: checked.coverage?.end === context.fileLength,
    signer: checked.signer ? factsOf(checked.signer) : null,
    time: first ? first.time.toISOString() : null,
    timestampAuthority: first ? factsOf(first.signer) : null,
    level: reasons.length === 0 ? levelOf(checked, answers, isStamped, context.isArchived) : null,
    revocation: worstRevocation(answers),
    ...verdictOf(named),
    reasons: named,
  };
}

async function assessStamp(leaf: Cert, time: Date, context: TrustContext): Promise<TrustAnswer> {
  const answer = await checkTrust({
    kind: 'timestamp',
    leaf,
    pool: context.pool,
    anchors: context.tsaAnchors,
    usedAt: time,
    isProven: true,
    until: context.until,
    now: context.now,
    sources: context.sources,
  });
  if (time.getTime() <= context.now.getTime() + SKEW_MS) return answer;
  const late: Reason = {
    code: 'timestamp-in-future',
    detail: `The timestamp names ${time.toISOString()}, which is to come.`,
  };
  return { ...answer, reasons: [...answer.reasons, late] };
}

function assessSigner(leaf: Cert, proven: Date | null, context: TrustContext): Promise<TrustAnswer> {
  return checkTrust({
    kind: 'signer',
    leaf,
    pool: context.pool,
    anchors: context.signerAnchors,
    usedAt: proven ?? context.now,
    isProven: proven !== null,
    until: context.until,
    now: context.now,
    sources: context.sources,
  });
}

function levelOf(
  checked: CheckedSignature,
  answers: readonly TrustAnswer[],
  isStamped: boolean,
  isArchived: boolean,
): Level | null {
  if (checked.field.isTimestamp || checked.field.subFilter !== 'ETSI.CAdES.detached') return null;
  if (!isStamped) return 'B-B';
  if (!answers.every((answer) => answer.isSelfContained)) return 'B-T';
  return isArchived ? 'B-LTA' : 'B-LT';
}

function worstRevocation(answers: readonly TrustAnswer[]): SignatureReport['revocation'] {
  // A hold ends, one way or the other: nothing is known for good.
  if (answers.some((answer) => answer.revocation === 'held')) return 'unknown';
  for (const status of ['revoked', 'unknown', 'good'] as const) {
    if (answers.some((answer) => answer.revocation === status)) return status;
  }
  return 'not-checked';
}

const factsOf = (cert: Cert): CertificateFacts => ({
  commonName: commonName(cert),
  issuer: cert.x509.issuer.replaceAll('\n', ', '),
  serial: cert.x509.serialNumber,
  sha256: cert.sha256,
  validFrom: cert.pki.notBefore.value.toISOString(),
  validTo: cert.pki.notAfter.value.toISOString(),
});
