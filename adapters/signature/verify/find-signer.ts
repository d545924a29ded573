import { createHash } from 'node:crypto';

import * as asn1js from 'asn1js';
import { IssuerAndSerialNumber, type Attribute } from 'pkijs';

import { digestName } from './algorithms.js';
import { extension, type Cert } from './certificate.js';
import { onlyValue, type Cms } from './read-cms.js';
import { Refusal } from './reason.js';

const ESS_V1 = '1.2.840.113549.1.9.16.2.12';
const ESS_V2 = '1.2.840.113549.1.9.16.2.47';
const SUBJECT_KEY_ID = '2.5.29.14';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const TIMESTAMP_INFO = '1.2.840.113549.1.9.16.1.4';

/** The certificate that both the signer's identifier and the signed ESS attribute name (RFC 5035). */
export function signerCertificate(cms: Cms): Cert {
  const cert = cms.certificates.find((candidate) => isNamed(cms, candidate));
  if (!cert)
    throw new Refusal('signer-certificate-missing', 'The certificate of the signer is not in the signature.');
  const attributes = cms.signer.signedAttrs?.attributes ?? [];
  const v2 = essHash(attributes, ESS_V2);
  const v1 = essHash(attributes, ESS_V1);
  // SHA-1 binds well enough in a timestamp, whose authority anyone can know; not in a signature.
  if (!v2 && !(v1 && cms.contentType === TIMESTAMP_INFO)) {
    throw new Refusal(
      'ess-missing',
      'The signature does not bind its certificate (ESS signing-certificate-v2).',
    );
  }
  for (const bound of [v1, v2]) {
    if (bound && !createHash(bound.digest).update(cert.der).digest().equals(bound.hash)) {
      throw new Refusal('ess-mismatch', 'The signature binds another certificate than the one it carries.');
    }
  }
  return cert;
}

function isNamed({ signer }: Cms, cert: Cert): boolean {
  if (signer.sid instanceof IssuerAndSerialNumber) {
    const issuer = Buffer.from(signer.sid.issuer.valueBeforeDecode).toString('base64');
    return issuer === cert.issuer && signer.sid.serialNumber.isEqual(cert.pki.serialNumber);
  }
  const keyId = extension(cert, SUBJECT_KEY_ID)?.parsedValue as unknown;
  const wanted = (signer.sid as { valueBlock?: { valueHexView?: Uint8Array } }).valueBlock?.valueHexView;
  return (
    keyId instanceof asn1js.OctetString &&
    wanted !== undefined &&
    Buffer.from(keyId.getValue()).equals(wanted)
  );
}

/** The first ESSCertID(v2): the digest (default SHA-256 in v2, SHA-1 in v1) of the signer's certificate. */
function essHash(
  attributes: readonly Attribute[],
  oid: string,
): { digest: string; hash: Buffer } | undefined {
  const value = onlyValue(attributes, oid);
  if (!value) return undefined;
  const [id] = children(children(value)[0]);
  const parts = children(id);
  const named = parts[0] instanceof asn1js.Sequence ? children(parts[0])[0] : undefined;
  const hash = parts.find((part) => part instanceof asn1js.OctetString);
  if (!(hash instanceof asn1js.OctetString))
    throw new Refusal('ess-mismatch', 'The ESS attribute is malformed.');
  const digest = named instanceof asn1js.ObjectIdentifier ? named.getValue() : SHA256;
  return { digest: oid === ESS_V1 ? 'sha1' : digestName(digest), hash: Buffer.from(hash.getValue()) };
}

const children = (block: unknown): asn1js.BaseBlock[] =>
  block instanceof asn1js.Sequence ? block.valueBlock.value : [];
