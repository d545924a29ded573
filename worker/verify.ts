import { readFileSync } from 'node:fs';
import type { Verify } from '../activities/retrieve.js';
import { verifyDocument } from '../adapters/signature/verify-document.js';
import type { Verification } from '../domain/contract/state.js';
import { STAMPS } from '../domain/platform.js';

export interface VerifySettings {
  environment: 'sandbox' | 'production';
  /** PEM files of the trust anchors. */
  signerTrustFile: string | undefined;
  tsaTrustFile: string | undefined;
}

const VERDICTS: Record<string, Verification> = {
  'TOTAL-PASSED': 'passed',
  INDETERMINATE: 'indeterminate',
  'TOTAL-FAILED': 'failed',
};

/** Verifies against the configured trust anchors; without any, nothing can pass. */
export function createVerify({ environment, signerTrustFile, tsaTrustFile }: VerifySettings): Verify {
  const read = (file: string | undefined): string[] =>
    file === undefined ? [] : [readFileSync(file, 'utf8')];
  return async ({ signed, original, label, platformId, signatories, notBefore }) => {
    const report = await verifyDocument({
      signed,
      original,
      signatories,
      texts: [label, platformId],
      signerTrust: read(signerTrustFile),
      tsaTrust: read(tsaTrustFile),
      allowStamps: STAMPS[environment],
      ...(notBefore === undefined ? {} : { notBefore }),
    });
    const verification = VERDICTS[report.verdict] ?? 'failed';
    return { verification, reason: report.reasons[0]?.code ?? null, report };
  };
}
