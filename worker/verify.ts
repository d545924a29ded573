import { readFileSync } from 'node:fs';
import type { Verify } from '../activities/prove-document.js';
import { verifyDocument, type VerifyInput } from '../adapters/signature/verify-document.js';
import type { RevocationFetcher } from '../adapters/signature/verify/check-revocation.js';
import type { VerificationReport } from '../adapters/signature/verify/report.js';
import type { Verification } from '../domain/contract/state.js';
import { STAMPS, WATERMARKS } from '../domain/platform.js';

export interface VerifySettings {
  environment: 'sandbox' | 'production';
  /** PEM files of the trust anchors. */
  signerTrustFile: string | undefined;
  tsaTrustFile: string | undefined;
  /** Asks for revocation data that a document does not hold; nobody is asked without. */
  revocation?: RevocationFetcher;
}

const VERDICTS: Record<string, Verification> = {
  'TOTAL-PASSED': 'passed',
  INDETERMINATE: 'indeterminate',
  'TOTAL-FAILED': 'failed',
};

/** Runs one verification: the worker gives one that runs it in a thread with limits. */
type RunVerification = (input: VerifyInput) => Promise<VerificationReport>;

/** Verifies against the configured trust anchors; without any, nothing can pass. */
export function createVerify(
  { environment, signerTrustFile, tsaTrustFile, revocation }: VerifySettings,
  run: RunVerification = verifyDocument,
): Verify {
  const read = (file: string | undefined): string[] =>
    file === undefined ? [] : [readFileSync(file, 'utf8')];
  return async ({ signed, original, label, platformId, signatories, trail, notBefore }) => {
    const report = await run({
      signed,
      original,
      signatories,
      texts: [label, platformId],
      trail,
      signerTrust: read(signerTrustFile),
      tsaTrust: read(tsaTrustFile),
      namedOn: 'details',
      allowStamps: STAMPS[environment],
      allowWatermark: WATERMARKS[environment],
      minimumLevel: 'B-T',
      ...(revocation === undefined ? {} : { revocation }),
      ...(notBefore === undefined ? {} : { notBefore }),
    });
    const verification = VERDICTS[report.verdict] ?? 'failed';
    return { verification, reason: report.reasons[0]?.code ?? null, report };
  };
}
