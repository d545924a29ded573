import { PDF } from '@libpdf/core';
import type { EvidenceManifest, ManifestDocument } from '../../../domain/evidence/manifest.js';
import type { SignatureReport } from '../verify/report.js';
import { createSheet, type Sheet } from './sheet.js';
import { WORDS, type Words } from './words.js';

/** What the summary says beyond the manifest; it names persons. */
export interface SummaryInput {
  manifest: Omit<EvidenceManifest, 'files'>;
  label: string;
  /** File names as deposited, by document id. */
  names: ReadonlyMap<string, string>;
  signatories: readonly { name: string; email: string; signedAt: string | null }[];
  /** Signatures found in each document, by its id. */
  signatures: ReadonlyMap<string, readonly SignatureReport[]>;
  trail: readonly { at: string; event: string; detail: string | null }[];
  publicKey: string;
}

/** A PDF for people: first in French, then in English. */
export async function renderSummary(input: SummaryInput): Promise<Buffer> {
  const pdf = PDF.create();
  pdf.setTitle(`paraphe ${input.manifest.contract.id}`);
  const made = new Date(input.manifest.madeAt);
  pdf.setCreationDate(made);
  pdf.setModificationDate(made);
  const sheet = createSheet(pdf);
  for (const language of ['fr', 'en'] as const) {
    sheet.turn();
    writeIn(sheet, WORDS[language], input);
  }
  return Buffer.from(await pdf.save({ subsetFonts: true }));
}

function writeIn(sheet: Sheet, words: Words, input: SummaryInput): void {
  const { contract, source, documents, key } = input.manifest;
  sheet.title(words.title);
  sheet.paragraph(words.intro);
  sheet.heading(words.contract);
  sheet.fact(words.label, input.label);
  sheet.fact(words.id, contract.id);
  sheet.fact(words.platformId, `${source.contractId ?? words.none} (${source.name})`);
  sheet.fact(words.environment, words[contract.environment]);
  sheet.fact(words.created, contract.createdAt);
  sheet.fact(words.published, contract.publishedAt ?? words.none);
  sheet.fact(words.signedAt, contract.signedAt ?? words.none);
  sheet.fact(words.collected, source.collectedAt);
  sheet.heading(words.signatories);
  for (const { name, email, signedAt } of input.signatories)
    sheet.fact(name, `${email}, ${words.signed} ${signedAt ?? words.none}`);
  sheet.heading(words.documents);
  for (const document of documents) writeDocument(sheet, words, document, input);
  sheet.heading(words.trail);
  for (const { at, event, detail } of input.trail)
    sheet.fact(at, detail === null ? event : `${event}: ${detail}`);
  sheet.heading(words.check);
  sheet.paragraph(words.how);
  sheet.fact(words.key, `${key.id}, ${key.algorithm}`);
  sheet.paragraph(input.publicKey.replaceAll(/-----[^-]+-----|\s/g, ''));
}

function writeDocument(sheet: Sheet, words: Words, document: ManifestDocument, input: SummaryInput): void {
  const { id, kind, deposited, signed } = document;
  const name = input.names.get(id) ?? id;
  sheet.fact(id, kind === 'annex' ? `${name} (${words.annex})` : name);
  sheet.fact(words.deposited, deposited.sha256);
  if (signed === null) return;
  sheet.fact(words.signedDigest, signed.sha256);
  sheet.fact(words.verdict, `${signed.verdict ?? signed.verification}, PAdES ${signed.level ?? words.none}`);
  for (const one of input.signatures.get(id) ?? [])
    sheet.fact(words.seal, `${one.signer?.commonName ?? words.none}, ${one.time ?? words.none}`);
}
