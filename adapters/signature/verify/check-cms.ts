import { createHash } from 'node:crypto';

import * as asn1js from 'asn1js';

import { digestName, verifySignature } from './algorithms.js';
import type { Cert } from './certificate.js';
import { signerCertificate } from './find-signer.js';
import { onlyValue, type Cms } from './read-cms.js';
import { Refusal } from './reason.js';

const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';

/**
 * Checks the digest, the signed attributes and the signature value over `content` (given in pieces), and
 * that the attributes name the certificate (ESS). Gives that certificate; says nothing of its trust, nor whether its key is strong
 * (ETSI EN 319 102-1 asks that last: a weak key does not excuse a wrong signature).
 */
export function checkCms(cms: Cms, content: readonly Uint8Array[]): Cert {
  const { signer } = cms;
  const attributes = signer.signedAttrs;
  if (!attributes) throw new Refusal('cms-malformed', 'The signature has no signed attributes.');
  const digest = createHash(digestName(signer.digestAlgorithm.algorithmId));
  for (const piece of content) digest.update(piece);
  const type = onlyValue(attributes.attributes, CONTENT_TYPE);
  if (!(type instanceof asn1js.ObjectIdentifier) || type.getValue() !== cms.contentType) {
    throw new Refusal('cms-malformed', 'The content type that was signed is another.');
  }
  const stated = onlyValue(attributes.attributes, MESSAGE_DIGEST);
  if (!(stated instanceof asn1js.OctetString) || !digest.digest().equals(Buffer.from(stated.getValue()))) {
    throw new Refusal('digest-mismatch', 'The signed bytes are not the ones that were signed.');
  }
  const cert = signerCertificate(cms);
  // The attributes as they were sent, not re-sorted: that is what OpenSSL and Acrobat check.
  const raw = Buffer.from(attributes.encodedValue);
  raw[0] = 0x31;
  const good = verifySignature(
    signer.signatureAlgorithm,
    cert.x509.publicKey,
    raw,
    cms.signatureValue,
    signer.digestAlgorithm.algorithmId,
  );
  if (!good) throw new Refusal('signature-invalid', 'The signature does not fit the certificate.');
  return cert;
}
