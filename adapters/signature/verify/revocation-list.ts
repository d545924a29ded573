import { CertificateRevocationList, type IssuingDistributionPoint, type RevokedCertificate } from 'pkijs';

import { verifySignature } from './algorithms.js';
import { hasKeyUsage } from './build-chain.js';
import { extension, type Cert } from './certificate.js';

/** What one source says of one certificate. */
export type RevocationAnswer =
  | { readonly status: 'good'; readonly from: Date; readonly until: Date | undefined }
  | { readonly status: 'revoked'; readonly date: Date };

const ISSUING_POINT = '2.5.29.28';
const REASON_CODE = '2.5.29.21';
const REMOVED = 8;
const KNOWN = new Set([ISSUING_POINT, '2.5.29.20', '2.5.29.35', '2.5.29.60']);

/**
 * What this CRL says of `cert`, or undefined when it is not its issuer's or is not signed well. A list that is partial
 * (a delta, some reasons, other kinds of certificates) can only tell that one was revoked, never that none was.
 */
export function askRevocationList(der: Uint8Array, cert: Cert, issuer: Cert): RevocationAnswer | undefined {
  try {
    const list = CertificateRevocationList.fromBER(Uint8Array.from(der));
    const name = Buffer.from(list.issuer.valueBeforeDecode).toString('base64');
    if (name !== cert.issuer || isIndirect(list) || !isSigned(list, issuer)) return undefined;
    const entry = list.revokedCertificates?.find((item) =>
      item.userCertificate.isEqual(cert.pki.serialNumber),
    );
    if (entry && !isRemoved(entry)) return { status: 'revoked', date: entry.revocationDate.value };
    if (!isComplete(list, isAuthority(cert))) return undefined;
    return { status: 'good', from: list.thisUpdate.value, until: list.nextUpdate?.value };
  } catch {
    return undefined;
  }
}

/** In a delta: no longer on hold (RFC 5280, 5.3.1, removeFromCRL). */
function isRemoved(entry: RevokedCertificate): boolean {
  const reason = entry.crlEntryExtensions?.extensions.find((item) => item.extnID === REASON_CODE)
    ?.parsedValue as { valueBlock?: { valueDec?: number } } | undefined;
  return reason?.valueBlock?.valueDec === REMOVED;
}

const issuingPoint = (list: CertificateRevocationList): IssuingDistributionPoint | undefined =>
  list.crlExtensions?.extensions.find((item) => item.extnID === ISSUING_POINT)?.parsedValue as
    IssuingDistributionPoint | undefined;

/** Its entries may be about certificates of other issuers. */
const isIndirect = (list: CertificateRevocationList): boolean => issuingPoint(list)?.indirectCRL === true;

function isSigned(list: CertificateRevocationList, issuer: Cert): boolean {
  const signature = list.signatureValue.valueBlock.valueHexView;
  const allowed = hasKeyUsage(issuer, [6]);
  return allowed && verifySignature(list.signatureAlgorithm, issuer.x509.publicKey, list.tbsView, signature);
}

/** Delta lists and those that leave out some reasons or this kind of certificate prove nothing by their silence. */
function isComplete(list: CertificateRevocationList, authority: boolean): boolean {
  const extensions = list.crlExtensions?.extensions ?? [];
  if (extensions.some((item) => item.critical && !KNOWN.has(item.extnID))) return false;
  const point = issuingPoint(list);
  if (!point) return true;
  const leavesOut = authority ? point.onlyContainsUserCerts : point.onlyContainsCACerts;
  return !leavesOut && point.onlySomeReasons === undefined && !point.onlyContainsAttributeCerts;
}

function isAuthority(cert: Cert): boolean {
  const constraints = extension(cert, '2.5.29.19')?.parsedValue as { cA?: boolean } | undefined;
  return constraints?.cA === true;
}
