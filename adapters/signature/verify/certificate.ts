import { createHash, X509Certificate } from 'node:crypto';

import { Certificate, type Extension } from 'pkijs';

/** One certificate, parsed once by both readers: node:crypto for maths, pkijs for what Node hides. */
export interface Cert {
  readonly der: Buffer;
  readonly sha256: string;
  readonly x509: X509Certificate;
  readonly pki: Certificate;
  readonly subject: string;
  readonly issuer: string;
}

/** Throws when the bytes are no certificate. */
export function readCertificate(der: Uint8Array): Cert {
  const bytes = Buffer.from(der);
  const pki = Certificate.fromBER(bytes);
  return {
    der: bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    x509: new X509Certificate(bytes),
    pki,
    subject: Buffer.from(pki.subject.valueBeforeDecode).toString('base64'),
    issuer: Buffer.from(pki.issuer.valueBeforeDecode).toString('base64'),
  };
}

/** The certificates in a list of DER blobs; what cannot be read is left out, for it can prove nothing. */
export function readCertificates(blobs: readonly Uint8Array[]): Cert[] {
  return blobs.flatMap((der) => {
    try {
      return [readCertificate(der)];
    } catch {
      return [];
    }
  });
}

const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** Trust anchors from PEM texts. Throws RangeError when a text holds none or a bad one. */
export function readTrust(pems: readonly string[]): Cert[] {
  return pems.flatMap((pem) => {
    const blocks = [...pem.matchAll(PEM)].map((match) => Buffer.from(match[1] as string, 'base64'));
    if (blocks.length === 0) throw new RangeError('a trust file holds no PEM certificate');
    try {
      return blocks.map((der) => readCertificate(der));
    } catch {
      throw new RangeError('a trust file holds a certificate that cannot be read');
    }
  });
}

export const extension = (cert: Cert, oid: string): Extension | undefined =>
  cert.pki.extensions?.find((item) => item.extnID === oid);

/** The subject's common name, or the whole subject where it has none. */
export function commonName(cert: Cert): string {
  const name = cert.pki.subject.typesAndValues.find((item) => item.type === '2.5.4.3');
  return name ? name.value.valueBlock.value : cert.x509.subject.replaceAll('\n', ', ');
}
