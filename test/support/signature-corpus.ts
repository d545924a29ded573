import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { VerifyInput } from '../../adapters/signature/verify-document.js';
import type { Level } from '../../adapters/signature/verify/report.js';

/** One file of the corpus, what is asked of it and what must be said (test/fixtures/signatures/README.md). */
export interface CorpusCase {
  readonly name: string;
  readonly at: string;
  readonly signatories: string[];
  readonly texts: string[];
  readonly allowStamps: string[];
  readonly allowWatermark?: boolean;
  readonly signers: string[];
  readonly signatures: number;
  readonly minimumLevel?: Level;
  readonly notBefore?: string;
  readonly namedOn?: 'document' | 'details';
  readonly level?: Level;
  readonly crls: string[];
  readonly verdict: string;
  readonly codes: string[];
  readonly pyhanko: { verdict: string | null; indication: string };
}

const FOLDER = join(__dirname, '..', 'fixtures', 'signatures');

export const corpusFile = (name: string): Buffer => readFileSync(join(FOLDER, 'files', name));

export const readCorpus = (): CorpusCase[] =>
  JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8')) as CorpusCase[];

/** What to verify for a case. */
export function corpusInput(one: CorpusCase): VerifyInput {
  return {
    ...signaturesOf(one),
    original: corpusFile('original.pdf'),
    signatories: one.signatories,
    texts: one.texts,
    allowStamps: one.allowStamps,
    allowWatermark: one.allowWatermark ?? false,
    ...(one.minimumLevel ? { minimumLevel: one.minimumLevel } : {}),
    ...(one.namedOn ? { namedOn: one.namedOn } : {}),
    ...(one.notBefore ? { notBefore: new Date(one.notBefore) } : {}),
  };
}

/** The signatures of a case alone, whatever the pages show: quicker. */
export function corpusSignatures(name: string): VerifyInput {
  const one = readCorpus().find((item) => item.name === name);
  if (!one) throw new Error(`no case ${name}`);
  return signaturesOf(one);
}

const signaturesOf = (one: CorpusCase): VerifyInput => ({
  signed: corpusFile(`${one.name}.pdf`),
  expectedSigners: one.signers,
  signatures: one.signatures,
  signerTrust: [corpusFile('signer-trust.pem').toString()],
  tsaTrust: [corpusFile('tsa-trust.pem').toString()],
  crls: one.crls.map(corpusFile),
  at: new Date(one.at),
});
