import {
  CertificateRevocationList,
  type CRLDistributionPoints,
  type GeneralNames,
  type IssuingDistributionPoint,
  type RelativeDistinguishedNames,
  type RevokedCertificate,
} from 'pkijs';

import { verifySignature } from './algorithms.js';
import { hasKeyUsage } from './build-chain.js';
import { extension, type Cert } from './certificate.js';
import { revocationOf, type RevocationAnswer } from './revocation-answer.js';

const ISSUING_POINT = '2.5.29.28';
const REASON_CODE = '2.5.29.21';
const ENTRY_ISSUER = '2.5.29.29';
const DELTA = '2.5.29.27';
const KNOWN = new Set([ISSUING_POINT, '2.5.29.20', '2.5.29.35', '2.5.29.60']);
/** Kinds of GeneralName. */
const DIRECTORY_NAME = 4;
const ADDRESS = 6;

/**
 * What this CRL says of `cert`, or undefined when it is not its issuer's. A list that is partial (a delta, some reasons,
 * other kinds of certificates, other places) can only tell that one was revoked, never that none was (RFC 5280, 6.3.3).
 */
export function askRevocationList(der: Uint8Array, cert: Cert, issuer: Cert): RevocationAnswer | undefined {
  try {
    const list = CertificateRevocationList.fromBER(Uint8Array.from(der));
    if (encoded(list.issuer) !== cert.issuer) return undefined;
    if (!isSigned(list, issuer)) return { status: 'unusable' };
    const [from, until] = [list.thisUpdate.value, list.nextUpdate?.value];
    const entry = entryOf(list, cert);
    if (entry) return revocationOf(reasonOf(entry), entry.revocationDate.value, from, until);
    return isComplete(list, cert) ? { status: 'good', from, until } : undefined;
  } catch {
    return undefined;
  }
}

const encoded = (name: RelativeDistinguishedNames): string =>
  Buffer.from(name.valueBeforeDecode).toString('base64');

/** In an indirect list an entry is about a certificate of whom it names, or of whom the one before was (5.3.3). */
function entryOf(list: CertificateRevocationList, cert: Cert): RevokedCertificate | undefined {
  let of = cert.issuer;
  return list.revokedCertificates?.find((entry) => {
    const names = entryExtension(entry, ENTRY_ISSUER) as GeneralNames | undefined;
    if (names) {
      const name = names.names.find((one) => one.type === DIRECTORY_NAME);
      of = name ? encoded(name.value as RelativeDistinguishedNames) : '';
    }
    return of === cert.issuer && entry.userCertificate.isEqual(cert.pki.serialNumber);
  });
}

const entryExtension = (entry: RevokedCertificate, oid: string): unknown =>
  entry.crlEntryExtensions?.extensions.find((item) => item.extnID === oid)?.parsedValue;

function reasonOf(entry: RevokedCertificate): number | undefined {
  const reason = entryExtension(entry, REASON_CODE) as { valueBlock?: { valueDec?: number } } | undefined;
  return reason?.valueBlock?.valueDec;
}

function isSigned(list: CertificateRevocationList, issuer: Cert): boolean {
  const signature = list.signatureValue.valueBlock.valueHexView;
  try {
    const { publicKey } = issuer.x509;
    return (
      hasKeyUsage(issuer, [6]) && verifySignature(list.signatureAlgorithm, publicKey, list.tbsView, signature)
    );
  } catch {
    return false;
  }
}

/** Whether silence means that the certificate was not revoked. */
function isComplete(list: CertificateRevocationList, cert: Cert): boolean {
  const extensions = list.crlExtensions?.extensions ?? [];
  if (extensions.some(({ extnID, critical }) => extnID === DELTA || (critical && !KNOWN.has(extnID))))
    return false;
  const point = extensions.find((item) => item.extnID === ISSUING_POINT)?.parsedValue as
    IssuingDistributionPoint | undefined;
  if (!point) return true;
  const leavesOut = isAuthority(cert) ? point.onlyContainsUserCerts : point.onlyContainsCACerts;
  if (leavesOut || point.onlyContainsAttributeCerts || point.indirectCRL) return false;
  return point.onlySomeReasons === undefined && isAtItsPlace(point, cert);
}

/** A list that says where it is published is about the certificates that name that place. */
function isAtItsPlace({ distributionPoint }: IssuingDistributionPoint, cert: Cert): boolean {
  if (distributionPoint === undefined) return true;
  const places = placesOf(cert);
  return addressesIn(distributionPoint).some((place) => places.includes(place));
}

/** Where the certificate says that lists are published. */
export function placesOf(cert: Cert): string[] {
  const points = extension(cert, '2.5.29.31')?.parsedValue as CRLDistributionPoints | undefined;
  return (points?.distributionPoints ?? []).flatMap((point) => addressesIn(point.distributionPoint));
}

const addressesIn = (names: IssuingDistributionPoint['distributionPoint']): string[] =>
  Array.isArray(names) ? names.filter(({ type }) => type === ADDRESS).map(({ value }) => String(value)) : [];

function isAuthority(cert: Cert): boolean {
  const constraints = extension(cert, '2.5.29.19')?.parsedValue as { cA?: boolean } | undefined;
  return constraints?.cA === true;
}
