import { requireStrongKey, requireStrongSignature } from './algorithms.js';
import { extension, type Cert } from './certificate.js';
import { Refusal } from './reason.js';

const DEPTH_LIMIT = 8;
const STEP_LIMIT = 200;

/** Extensions whose meaning is checked or has no bearing here; another one that is critical refuses. */
const UNDERSTOOD = new Set([
  '2.5.29.14', // subject key identifier
  '2.5.29.15', // key usage
  '2.5.29.17', // subject alternative name
  '2.5.29.19', // basic constraints
  '2.5.29.31', // CRL distribution points
  '2.5.29.32', // certificate policies
  '2.5.29.35', // authority key identifier
  '2.5.29.37', // extended key usage
  '1.3.6.1.5.5.7.1.1', // authority information access
  '1.3.6.1.5.5.7.1.3', // qualified certificate statements
]);

/**
 * The path from `leaf` to one of `anchors` (which may be intermediates, or the leaf itself), leaf first,
 * anchor last; undefined when there is none. Only names and signatures count here, not validity.
 */
export function buildChain(leaf: Cert, pool: readonly Cert[], anchors: readonly Cert[]): Cert[] | undefined {
  const trusted = new Set(anchors.map((anchor) => anchor.sha256));
  const candidates = [...anchors, ...pool.filter((cert) => !trusted.has(cert.sha256))];
  let steps = 0;
  return extend([leaf]);

  function extend(path: Cert[]): Cert[] | undefined {
    const last = path.at(-1) as Cert;
    if (trusted.has(last.sha256)) return path;
    if (path.length >= DEPTH_LIMIT) return undefined;
    for (const issuer of candidates) {
      if (issuer.subject !== last.issuer || path.includes(issuer) || steps++ > STEP_LIMIT) continue;
      if (!isSignedBy(last, issuer)) continue;
      const found = extend([...path, issuer]);
      if (found) return found;
    }
    return undefined;
  }
}

function isSignedBy(cert: Cert, issuer: Cert): boolean {
  try {
    return cert.x509.verify(issuer.x509.publicKey);
  } catch {
    return false;
  }
}

/** Refuses a path in which someone acts as an authority who is none (RFC 5280, 6.1), or that is weak. */
export function checkPath(path: readonly Cert[]): void {
  path.forEach((cert, index) => {
    const isAnchor = index === path.length - 1;
    for (const item of cert.pki.extensions ?? []) {
      if (item.critical && !UNDERSTOOD.has(item.extnID)) {
        throw new Refusal('critical-extension', `A certificate has the critical extension ${item.extnID}.`);
      }
    }
    requireStrongKey(cert.x509.publicKey);
    // An anchor is trusted for itself: who signed it, and how, does not count.
    if (!isAnchor) requireStrongSignature(cert.pki.signatureAlgorithm);
    if (index > 0)
      checkAuthority(cert, path.slice(1, index).filter((below) => below.subject !== below.issuer).length);
  });
}

function checkAuthority(cert: Cert, below: number): void {
  const constraints = extension(cert, '2.5.29.19')?.parsedValue as
    { cA?: boolean; pathLenConstraint?: unknown } | undefined;
  if (constraints?.cA !== true || !hasKeyUsage(cert, [5])) {
    throw new Refusal('not-a-ca', 'A certificate of the chain was issued by one that is no authority.');
  }
  const length = constraints.pathLenConstraint;
  if (typeof length === 'number' && below > length) {
    throw new Refusal('path-length', 'The chain is longer than its authority allows.');
  }
}

/** Whether the key may be used for one of these purposes (bit numbers of RFC 5280, 4.2.1.3); true where it is not restricted. */
export function hasKeyUsage(cert: Cert, bits: readonly number[]): boolean {
  const usage = extension(cert, '2.5.29.15')?.parsedValue as
    { valueBlock: { valueHexView: Uint8Array } } | undefined;
  if (!usage) return true;
  const bytes = usage.valueBlock.valueHexView;
  return bits.some((bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
}

/** The extended key usages, undefined where the certificate names none. */
export function extendedKeyUsages(cert: Cert): { oids: readonly string[]; critical: boolean } | undefined {
  const found = extension(cert, '2.5.29.37');
  const parsed = found?.parsedValue as { keyPurposes?: string[] } | undefined;
  return found && { oids: parsed?.keyPurposes ?? [], critical: found.critical };
}
