import { PDF } from '@libpdf/core';

import type { SealerOptions, SealInput, TrustedSealer } from '../sealer.js';
import { loadAuthorities } from './authorities.js';
import type { Authorities } from './authorities.js';
import { OID, signCms } from './cms.js';
import { addDetailsPage } from './details-page.js';
import { completeSignature, prepareSignature } from './pdf-signature.js';
import { createTimestamper, stampBytes } from './timestamp.js';
import type { Timestamper } from './timestamp.js';
import { stampEveryPage } from './watermark.js';

/**
 * Seals documents with the test authorities kept under `home` (made at the first start): PAdES B-T, one
 * signature a document. Where the deposited file allows it, its bytes are a prefix of the sealed one; else the
 * file is written anew, which the platform's wire allows.
 */
export async function createSealer(options: SealerOptions): Promise<TrustedSealer> {
  const authorities = await loadAuthorities(options.home);
  const timestamper = createTimestamper(authorities.tsa, options.now);
  return {
    signerTrustPem: authorities.signerTrustPem,
    tsaTrustPem: authorities.tsaTrustPem,
    async seal(input) {
      const prepared = await prepare(input);
      completeSignature(prepared, (digest) => padesSignature(authorities, timestamper, digest));
      return new Uint8Array(prepared);
    },
  };
}

async function prepare(input: SealInput): Promise<Buffer> {
  const pdf = await PDF.load(input.document);
  if (pdf.isEncrypted) throw new Error('An encrypted document cannot be sealed.');
  const page = addDetailsPage(pdf, input);
  if (input.watermark) stampEveryPage(pdf);
  prepareSignature(pdf, page, {
    at: input.at,
    name: 'paraphe twin TEST seal',
    reason: `Contrat-Privé twin: contract ${input.contract.id}`,
  });
  const incremental = pdf.canSaveIncrementally() === null;
  const saved = await pdf.save({ incremental, subsetFonts: true });
  return Buffer.from(saved.buffer, saved.byteOffset, saved.byteLength);
}

function padesSignature(authorities: Authorities, timestamper: Timestamper, digest: Buffer): Buffer {
  return signCms({
    identity: authorities.seal,
    contentType: OID.data,
    digest,
    certificates: authorities.seal.chain,
    timestamp: (signature) => stampBytes(timestamper, signature),
  });
}
