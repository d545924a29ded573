import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../../../domain/canonical-json.js';
import { BESIDE, EVIDENCE, type EvidenceManifest } from '../../../domain/evidence/manifest.js';
import { checkEvents, checkJournal } from './check-logs.js';
import { checkDocument } from './check-signed.js';
import { readToken } from './check-token.js';
import { anchorsOf, type AddCheck, type EvidenceCheck, type EvidenceTrust } from './evidence-check.js';
import type { OpenZip } from './open-zip.js';
import { isPlainKey, verifyText } from './sign-text.js';

export interface EvidenceReport {
  verdict: 'passed' | 'failed' | 'indeterminate';
  contractId: string | null;
  /** The time that the timestamp proves. */
  provenAt: string | null;
  checks: EvidenceCheck[];
}

/** Checks an evidence file by itself: nothing is asked of the service or of anybody. Never throws for what it holds. */
export async function verifyEvidence(zip: OpenZip, trust: EvidenceTrust): Promise<EvidenceReport> {
  const checks: EvidenceCheck[] = [];
  const add: AddCheck = (name, result, detail) => {
    checks.push({ name, result, detail });
  };
  let contractId: string | null = null;
  let provenAt: Date | null = null;
  try {
    const bytes = await zip.read(EVIDENCE.manifest);
    const manifest = readManifest(bytes);
    contractId = manifest.contract.id;
    await checkSignature(zip, bytes, trust, add);
    provenAt = await checkTimestamp(zip, bytes, manifest, trust, add);
    await checkFiles(zip, manifest, add);
    for (const document of manifest.documents)
      await checkDocument(zip, manifest, document, trust, provenAt, add);
    checkEvents((await zip.read(EVIDENCE.events)).toString(), contractId, add);
    checkJournal((await zip.read(EVIDENCE.journal)).toString(), add);
  } catch (error) {
    add('file', 'failed', (error as Error).message);
  }
  return { verdict: verdictOf(checks), contractId, provenAt: provenAt?.toISOString() ?? null, checks };
}

function verdictOf(checks: readonly EvidenceCheck[]): EvidenceReport['verdict'] {
  if (checks.some((check) => check.result === 'failed')) return 'failed';
  return checks.some((check) => check.result === 'indeterminate') ? 'indeterminate' : 'passed';
}

function readManifest(bytes: Buffer): EvidenceManifest {
  const text = bytes.toString();
  const manifest = JSON.parse(text) as EvidenceManifest;
  if (manifest.kind !== 'paraphe.evidence' || manifest.version !== 1)
    throw new Error('manifest.json is none that this version knows');
  if (`${canonicalJson(manifest as unknown as Json)}\n` !== text)
    throw new Error('manifest.json is not canonical JSON');
  return manifest;
}

async function checkSignature(
  zip: OpenZip,
  manifest: Buffer,
  trust: EvidenceTrust,
  add: AddCheck,
): Promise<void> {
  const signature = (await zip.read(EVIDENCE.signature)).toString();
  const own = (await zip.read(EVIDENCE.publicKey)).toString();
  const holds = verifyText(trust.key ?? own, manifest.toString(), signature);
  add(
    'signature',
    holds ? 'passed' : 'failed',
    holds ? 'The manifest is signed.' : 'The manifest’s signature does not hold.',
  );
  if (!isPlainKey(own, trust.key)) add('key', 'failed', `${EVIDENCE.publicKey} is not the service’s key.`);
  if (trust.key === null)
    add(
      'key',
      'note',
      `The key is the one in the file, SHA-256 ${sha256(Buffer.from(own))}: compare it with the service’s, or give --key.`,
    );
}

async function checkTimestamp(
  zip: OpenZip,
  bytes: Buffer,
  manifest: EvidenceManifest,
  trust: EvidenceTrust,
  add: AddCheck,
): Promise<Date | null> {
  const { timestampAuthority } = manifest;
  if (!zip.paths.includes(EVIDENCE.timestamp)) {
    if (timestampAuthority === null)
      add('timestamp', 'note', 'The service has no timestamp authority: the time is its own word.');
    else
      add(
        'timestamp',
        'indeterminate',
        `The timestamp of ${timestampAuthority} is missing: fetch the file again.`,
      );
    return null;
  }
  const anchors = await anchorsOf(zip, EVIDENCE.evidenceTsaTrust, trust.evidenceTimestamps, add);
  try {
    const { time, authority, reasons } = await readToken(await zip.read(EVIDENCE.timestamp), bytes, anchors);
    const [first] = reasons ?? [];
    if (reasons === null)
      add(
        'timestamp',
        'indeterminate',
        `${authority} names ${time.toISOString()}, but no anchor vouches for it.`,
      );
    else if (first !== undefined) add('timestamp', 'indeterminate', first.detail);
    else add('timestamp', 'passed', `The manifest existed at ${time.toISOString()} (${authority}).`);
    return first === undefined && reasons !== null ? time : null;
  } catch (error) {
    add('timestamp', 'failed', `The timestamp does not hold: ${(error as Error).message}`);
    return null;
  }
}

async function checkFiles(zip: OpenZip, manifest: EvidenceManifest, add: AddCheck): Promise<void> {
  const listed = new Map(manifest.files.map((file) => [file.path, file]));
  for (const path of zip.paths)
    if (!listed.has(path) && !BESIDE.includes(path))
      add('files', 'failed', `${path} is not in the manifest.`);
  let whole = true;
  for (const { path, size, sha256: digest } of listed.values()) {
    const content = await zip.read(path).catch(() => null);
    if (content !== null && content.length === size && sha256(content) === digest) continue;
    whole = false;
    add('files', 'failed', content === null ? `${path} is missing or damaged.` : `${path} was changed.`);
  }
  if (whole) add('files', 'passed', `${listed.size} files are as the manifest lists them.`);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
