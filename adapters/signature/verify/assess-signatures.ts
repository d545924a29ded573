import type { PdfFile } from '../../../pdf/index.js';
import { assessSignature, type TrustContext } from './assess-signature.js';
import type { Cert } from './certificate.js';
import type { RevocationFetcher } from './check-revocation.js';
import type { CheckedSignature } from './check-signature.js';
import type { Reason } from './reason.js';
import type { SignatureReport } from './report.js';
import { mergeData, readCmsData, readSecurityStore } from './revocation-data.js';

export interface Trust {
  readonly signerAnchors: readonly Cert[];
  readonly tsaAnchors: readonly Cert[];
  readonly crls: readonly Uint8Array[];
  readonly fetcher: RevocationFetcher | null;
  readonly now: Date;
}

/**
 * Judges all signatures, newest first: a good document timestamp proves that everything before it existed
 * then, so older timestamps need to hold until that time only (ETSI EN 319 102-1, 5.6).
 */
export async function assessSignatures(
  file: PdfFile,
  checked: readonly CheckedSignature[],
  trust: Trust,
): Promise<{ reports: SignatureReport[]; reasons: Reason[] }> {
  const embedded = embeddedData(file, checked);
  let until = trust.now;
  let isArchived = false;
  const reports: SignatureReport[] = [];
  const newestFirst = checked.toSorted((a, b) => (b.coverage?.revision ?? -1) - (a.coverage?.revision ?? -1));
  for (const one of newestFirst) {
    const context: TrustContext = {
      ...trust,
      pool: [...embedded.certificates, ...trust.signerAnchors, ...trust.tsaAnchors],
      sources: { embedded, given: trust.crls, fetcher: trust.fetcher },
      until,
      isArchived,
      fileLength: file.bytes.length,
    };
    const report = await assessSignature(one, context);
    reports.unshift(report);
    const stamp = one.stamps[0];
    if (report.kind === 'document-timestamp' && report.verdict === 'TOTAL-PASSED' && stamp) {
      until = stamp.time < until ? stamp.time : until;
      isArchived ||= holdsValidationData(file, one);
    }
  }
  return { reports, reasons: timeOrder(reports) };
}

function embeddedData(
  file: PdfFile,
  checked: readonly CheckedSignature[],
): ReturnType<typeof readSecurityStore> {
  const own = checked.flatMap(({ cms, stamps }) => [
    ...(cms ? [cms] : []),
    ...stamps.map((stamp) => stamp.cms),
  ]);
  return mergeData(readSecurityStore(file.latest), ...own.map((cms) => readCmsData(cms)));
}

function holdsValidationData(file: PdfFile, one: CheckedSignature): boolean {
  const revision = file.revisions()[one.coverage?.revision ?? -1];
  if (!revision) return false;
  const { crls, ocsps } = readSecurityStore(revision.snapshot);
  return crls.length + ocsps.length > 0;
}

/** Refuses a file in which something was signed before what it contains (5 minutes of skew allowed). */
function timeOrder(reports: readonly SignatureReport[]): Reason[] {
  const times = reports.flatMap((report) =>
    report.time ? [{ field: report.field, at: Date.parse(report.time) }] : [],
  );
  return times.flatMap(({ field, at }, i) =>
    times.slice(0, i).some((earlier) => earlier.at > at + 5 * 60_000)
      ? [
          {
            code: 'timestamp-order' as const,
            detail: `${field} was timestamped before what it signs.`,
            field,
          },
        ]
      : [],
  );
}
