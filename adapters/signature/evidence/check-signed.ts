import { EVIDENCE, type EvidenceManifest, type ManifestDocument } from '../../../domain/evidence/manifest.js';
import { STAMPS, WATERMARKS } from '../../../domain/platform.js';
import { verifyDocument } from '../verify-document.js';
import type { Trail } from '../verify/check-trail.js';
import type { OpenZip } from './open-zip.js';
import { anchorsOf, type AddCheck, type EvidenceTrust } from './evidence-check.js';

/** @property trailSignatories absent in evidence that was made before the trail was compared */
interface Asked {
  label: string;
  platformId: string;
  signatories: string[];
  notBefore?: string;
  trailSignatories?: Trail['signatories'];
}

const RESULTS = {
  'TOTAL-PASSED': 'passed',
  INDETERMINATE: 'indeterminate',
  'TOTAL-FAILED': 'failed',
} as const;

/**
 * Verifies a signed document of the evidence anew, as of the time that the manifest's timestamp proves: what existed
 * then was signed before.
 */
export async function checkDocument(
  zip: OpenZip,
  manifest: EvidenceManifest,
  document: ManifestDocument,
  trust: EvidenceTrust,
  provenAt: Date | null,
  add: AddCheck,
): Promise<void> {
  const { id, signed, deposited } = document;
  if (!listsDigest(manifest, EVIDENCE.deposited(id), deposited.sha256))
    return add(id, 'failed', 'The deposited file is not the one that the manifest names.');
  if (signed === null) return;
  if (!listsDigest(manifest, EVIDENCE.signed(id), signed.sha256))
    return add(id, 'failed', 'The signed file is not the one that the manifest names.');
  // Notes about anchors once are enough.
  const quiet: AddCheck = id === manifest.documents[0]?.id ? add : () => undefined;
  const signerTrust = await anchorsOf(zip, EVIDENCE.signerTrust, trust.signers, quiet);
  const tsaTrust = await anchorsOf(zip, EVIDENCE.tsaTrust, trust.timestamps, quiet);
  if (signerTrust.length === 0 || tsaTrust.length === 0)
    return add(
      id,
      'indeterminate',
      'There are no anchors to verify its signatures against: give --trust and --tsa-trust.',
    );
  const report = (await zip.read(EVIDENCE.report(id))).toString();
  const { asked } = JSON.parse(report) as { asked: Asked };
  const { verdict, level, reasons } = await verifyDocument({
    signed: await zip.read(EVIDENCE.signed(id)),
    original: await zip.read(EVIDENCE.deposited(id)),
    signatories: asked.signatories,
    texts: [asked.label, asked.platformId],
    ...(await trailOf(zip, asked)),
    ...(asked.notBefore === undefined ? {} : { notBefore: new Date(asked.notBefore) }),
    allowStamps: STAMPS[manifest.contract.environment],
    allowWatermark: WATERMARKS[manifest.contract.environment],
    signerTrust,
    tsaTrust,
    ...(provenAt === null ? {} : { at: provenAt }),
  });
  const detail = `${verdict} ${level ?? ''} ${reasons.map((reason) => reason.detail).join(' ')}`.trim();
  // What an operator accepted as it is was said so then: the file is true, the document is not proven.
  const accepted = verdict === 'TOTAL-FAILED' && signed.verification === 'failed';
  add(id, accepted ? 'indeterminate' : RESULTS[verdict], detail);
}

/** The platform's log as the evidence has it, against which the document was verified. */
async function trailOf(zip: OpenZip, { trailSignatories }: Asked): Promise<{ trail?: Trail }> {
  if (trailSignatories === undefined) return {};
  const log = JSON.parse((await zip.read(EVIDENCE.platformLog)).toString()) as { data: Trail['entries'] };
  return { trail: { entries: log.data, signatories: trailSignatories } };
}

function listsDigest(manifest: EvidenceManifest, path: string, sha256: string): boolean {
  return manifest.files.some((file) => file.path === path && file.sha256 === sha256);
}
