import { readFileSync } from 'node:fs';
import type { EvidenceDeps } from '../activities/make-evidence.js';
import { createStamp } from '../adapters/signature/evidence/time-stamp-client.js';
import type { Config } from '../runtime/config.js';

/** What of the settings the evidence is made with. */
export function evidenceSettings(
  config: Pick<
    Config,
    'TSA_URL' | 'TSA_TRUST' | 'PLATFORM_SIGNER_TRUST' | 'PLATFORM_TSA_TRUST' | 'PLATFORM_URL'
  >,
): Pick<EvidenceDeps, 'stamp' | 'timestampAuthority' | 'trust' | 'sourceName'> {
  const { TSA_URL, TSA_TRUST, PLATFORM_SIGNER_TRUST, PLATFORM_TSA_TRUST } = config;
  const read = (file: string | undefined): string | null =>
    file === undefined ? null : readFileSync(file, 'utf8');
  return {
    stamp: TSA_URL === undefined ? null : createStamp(TSA_URL),
    timestampAuthority: TSA_URL ?? null,
    trust: {
      signers: read(PLATFORM_SIGNER_TRUST),
      timestamps: read(PLATFORM_TSA_TRUST),
      evidenceTimestamps: TSA_URL === undefined ? null : read(TSA_TRUST ?? PLATFORM_TSA_TRUST),
    },
    sourceName: new URL(config.PLATFORM_URL).host,
  };
}
