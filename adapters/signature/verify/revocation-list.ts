import { CertificateRevocationList, type IssuingDistributionPoint } from 'pkijs';

import { verifySignature } from './algorithms.js';
import { hasKeyUsage } from './build-chain.js';
import { extension, type Cert } from './certificate.js';

/** What one source says of one certificate. */
export type RevocationAnswer =
  | { readonly status: 'good'; readonly from: Date; readonly until: Date | undefined }
  | { readonly status: 'revoked'; readonly date: Date };

const ISSUING_POINT = '2.5.29.28';
const KNOWN = new Set([ISSUING_POINT, '2.5.29.20', '2.5.29.35', '2.5.29.60']);

/** What this CRL says of `cert`, or undefined when it is not its issuer's, is partial or is not signed well. */
export function askRevocationList(der: Uint8Array, cert: Cert, issuer: Cert): RevocationAnswer | undefined {
  try {
    const list = CertificateRevocationList.fromBER(Uint8Array.from(der));
    const name = Buffer.from(list.issuer.valueBeforeDecode).toString('base64');
    if (name !== cert.issuer || !isComplete(list, isAuthority(cert)) || !isSigned(list, issuer))
      return undefined;
    const entry = list.revokedCertificates?.find((item) =>
      item.userCertificate.isEqual(cert.pki.serialNumber),
    );
    if (entry) return { status: 'revoked', date: entry.revocationDate.value };
    return { status: 'good', from: list.thisUpdate.value, until: list.nextUpdate?.value };
  } catch {
    return undefined;
  }
}

function isSigned(list: CertificateRevocationList, issuer: Cert): boolean {
  const signature = list.signatureValue.valueBlock.valueHexView;
  const allowed = hasKeyUsage(issuer, [6]);
  return allowed && verifySignature(list.signatureAlgorithm, issuer.x509.publicKey, list.tbsView, signature);
}

/** Delta lists, indirect ones and those that leave out this kind of certificate prove nothing here. */
function isComplete(list: CertificateRevocationList, authority: boolean): boolean {
  const extensions = list.crlExtensions?.extensions ?? [];
  if (extensions.some((item) => item.critical && !KNOWN.has(item.extnID))) return false;
  const point = extensions.find((item) => item.extnID === ISSUING_POINT)?.parsedValue as
    IssuingDistributionPoint | undefined;
  if (!point) return true;
  const leavesOut = authority ? point.onlyContainsUserCerts : point.onlyContainsCACerts;
  const partial =
    point.onlySomeReasons !== undefined || point.indirectCRL || point.onlyContainsAttributeCerts;
  return !leavesOut && !partial;
}

function isAuthority(cert: Cert): boolean {
  const constraints = extension(cert, '2.5.29.19')?.parsedValue as { cA?: boolean } | undefined;
  return constraints?.cA === true;
}
