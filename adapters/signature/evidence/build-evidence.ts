import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../../../domain/canonical-json.js';
import { EVIDENCE, type EvidenceManifest, type ManifestFile } from '../../../domain/evidence/manifest.js';
import { README } from './readme.js';
import type { SummaryInput } from './summary.js';

export interface EvidenceInput extends SummaryInput {
  platformLog: object;
  /** Bodies of our events, in their order. */
  events: readonly string[];
  journal: readonly object[];
  /** What each verification was asked and found, by document id. */
  reports: ReadonlyMap<string, object>;
  /** PEM texts that the signatures were verified against, and for the timestamp of the manifest. */
  trust: { signers: string | null; timestamps: string | null; evidenceTimestamps: string | null };
}

export interface BuiltEvidence {
  /** Canonical JSON, to be signed and timestamped. */
  manifest: string;
  /** All files but the documents themselves. */
  files: { path: string; content: Buffer }[];
}

/** Makes the files of the evidence and the manifest over all of them. */
export async function buildEvidence(input: EvidenceInput): Promise<BuiltEvidence> {
  const { trust } = input;
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const texts: [string, string | null][] = [
    [EVIDENCE.readme, README],
    [EVIDENCE.platformLog, json(input.platformLog)],
    [EVIDENCE.events, input.events.map((body) => `${body}\n`).join('')],
    [EVIDENCE.journal, json(input.journal)],
    ...[...input.reports].map(([id, report]): [string, string] => [EVIDENCE.report(id), json(report)]),
    [EVIDENCE.signerTrust, trust.signers],
    [EVIDENCE.tsaTrust, trust.timestamps],
    [EVIDENCE.evidenceTsaTrust, trust.evidenceTimestamps],
  ];
  const files: BuiltEvidence['files'] = texts.flatMap(([path, text]) =>
    text === null ? [] : [{ path, content: Buffer.from(text) }],
  );
  // Loaded when a first one is made: the library for it takes 18 MB.
  const { renderSummary } = await import('./summary.js');
  files.push({ path: EVIDENCE.summary, content: await renderSummary(input) });
  const listed = [...files.map(({ path, content }) => entryOf(path, content)), ...documentEntries(input)];
  const manifest: EvidenceManifest = {
    ...input.manifest,
    files: listed.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
  return { manifest: `${canonicalJson(manifest as unknown as Json)}\n`, files };
}

function entryOf(path: string, content: Buffer): ManifestFile {
  return { path, size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

function documentEntries({ manifest }: EvidenceInput): ManifestFile[] {
  return manifest.documents.flatMap(({ id, deposited, signed }) => {
    const { size, sha256 } = deposited;
    const before = { path: EVIDENCE.deposited(id), size, sha256 };
    if (signed === null) return [before];
    return [before, { path: EVIDENCE.signed(id), size: signed.size, sha256: signed.sha256 }];
  });
}
