import { buildChain, checkPath, extendedKeyUsages, hasKeyUsage } from './build-chain.js';
import { commonName, type Cert } from './certificate.js';
import { checkRevocation, type RevocationSources, type RevocationStatus } from './check-revocation.js';
import { refusalOf, type Reason, type ReasonCode } from './reason.js';

export interface TrustQuestion {
  readonly kind: 'signer' | 'timestamp';
  readonly leaf: Cert;
  readonly pool: readonly Cert[];
  readonly anchors: readonly Cert[];
  /** When the certificate was used, and whether a timestamp proves that. */
  readonly usedAt: Date;
  readonly isProven: boolean;
  /** Until when its use must be shown to be good: the next proof of existence, or now. */
  readonly until: Date;
  readonly now: Date;
  readonly sources: RevocationSources;
}

export interface TrustAnswer {
  readonly reasons: readonly Reason[];
  readonly revocation: RevocationStatus['status'];
  /** Every certificate below the anchor has embedded revocation data (or needs none). */
  readonly isSelfContained: boolean;
}

/** Purposes of ETSI, Adobe, Microsoft and RFC 9336 that suit a document signature or seal. */
const DOCUMENT_PURPOSES = new Set([
  '2.5.29.37.0',
  '1.3.6.1.5.5.7.3.4',
  '1.3.6.1.5.5.7.3.2',
  '1.3.6.1.5.5.7.3.36',
  '1.2.840.113583.1.1.5',
  '1.3.6.1.4.1.311.10.3.12',
]);

/** Whether the use of a certificate is to be trusted: its path, its validity then, its revocation. */
export async function checkTrust(question: TrustQuestion): Promise<TrustAnswer> {
  const { kind, leaf, pool, anchors } = question;
  const path = buildChain(leaf, pool, anchors);
  if (!path) {
    const code = kind === 'signer' ? 'untrusted-signer' : 'timestamp-untrusted';
    const detail = `No trusted authority vouches for ${commonName(leaf)}.`;
    return { reasons: [{ code, detail }], revocation: 'not-checked', isSelfContained: false };
  }
  const reasons: Reason[] = [];
  const fault = refusalOf(() => checkPath(path));
  if (fault)
    reasons.push(
      kind === 'signer' || !isChainCode(fault.code) ? fault : { ...fault, code: 'timestamp-chain' },
    );
  if (!isFitFor(kind, leaf)) {
    const code = kind === 'signer' ? 'key-usage' : 'timestamp-key-usage';
    reasons.push({ code, detail: `The certificate of ${commonName(leaf)} is not for this use.` });
  }
  const used = path.length > 1 ? path.slice(0, -1) : path;
  reasons.push(...used.flatMap((cert) => validityFault(cert, question)));
  const states: RevocationStatus[] = [];
  for (const [index, cert] of path.slice(0, -1).entries()) {
    const issuer = path[index + 1] as Cert;
    const state = await checkRevocation(cert, issuer, question.sources, question.usedAt, question.now);
    states.push(state);
    reasons.push(...revocationFault(cert, state, index === 0, question));
  }
  return { reasons, revocation: worst(states), isSelfContained: states.every(isEmbedded) };
}

const isEmbedded = (state: RevocationStatus): boolean =>
  state.status === 'good' && state.source === 'embedded';

const isChainCode = (code: ReasonCode): boolean =>
  ['not-a-ca', 'path-length', 'critical-extension'].includes(code);

function isFitFor(kind: TrustQuestion['kind'], leaf: Cert): boolean {
  if (!hasKeyUsage(leaf, [0, 1])) return false;
  const usages = extendedKeyUsages(leaf);
  return kind === 'timestamp' || !usages || usages.oids.some((oid) => DOCUMENT_PURPOSES.has(oid));
}

function validityFault(cert: Cert, { kind, usedAt, isProven, until }: TrustQuestion): Reason[] {
  const [from, to] = [cert.pki.notBefore.value, cert.pki.notAfter.value];
  const fault = (code: ReasonCode, what: string): Reason[] => [
    {
      code,
      detail: `The certificate of ${commonName(cert)} ${what} (valid ${from.toISOString()} to ${to.toISOString()}).`,
    },
  ];
  const isSigner = kind === 'signer';
  if (usedAt < from)
    return fault(isSigner ? 'certificate-not-yet-valid' : 'timestamp-not-yet-valid', 'was not valid yet');
  if (usedAt > to && isSigner) {
    return fault(isProven ? 'certificate-expired' : 'certificate-expired-since', 'had expired');
  }
  if (usedAt > to) return fault('timestamp-expired', 'had expired when it stamped');
  if (!isSigner && until > to)
    return fault('timestamp-expired-since', 'has expired and no later timestamp preserves it');
  return [];
}

function revocationFault(
  cert: Cert,
  state: RevocationStatus,
  isLeaf: boolean,
  question: TrustQuestion,
): Reason[] {
  const name = commonName(cert);
  if (state.status === 'unknown') {
    return [{ code: 'revocation-unavailable', detail: `Whether ${name} was revoked cannot be told now.` }];
  }
  if (state.status !== 'revoked' && state.status !== 'held') return [];
  const { kind, usedAt, until, isProven } = question;
  if (state.date > (kind === 'signer' ? usedAt : until)) return [];
  if (state.status === 'held') {
    const detail = `The certificate of ${name} is on hold since ${state.date.toISOString()}.`;
    return [{ code: 'certificate-on-hold', detail }];
  }
  const detail = `The certificate of ${name} was revoked on ${state.date.toISOString()}.`;
  if (!isLeaf) return [{ code: 'ca-revoked', detail }];
  if (kind === 'timestamp') return [{ code: 'timestamp-revoked', detail }];
  return [{ code: isProven ? 'certificate-revoked' : 'certificate-revoked-since', detail }];
}

function worst(states: readonly RevocationStatus[]): RevocationStatus['status'] {
  for (const status of ['revoked', 'held', 'unknown', 'good'] as const) {
    if (states.some((state) => state.status === status)) return status;
  }
  return 'not-checked';
}
