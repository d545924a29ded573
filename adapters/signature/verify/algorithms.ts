import { constants, verify, type KeyObject } from 'node:crypto';

import { RSASSAPSSParams, type AlgorithmIdentifier } from 'pkijs';

import { Refusal } from './reason.js';

const DIGESTS: Record<string, string> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const SIGNATURES: Record<string, string> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

const RSA_PLAIN = '1.2.840.113549.1.1.1';
const RSA_PSS = '1.2.840.113549.1.1.10';
const ED25519 = '1.3.101.112';
const RSA_BITS = 2048;
const CURVES = new Set([
  'prime256v1',
  'secp384r1',
  'secp521r1',
  'brainpoolP256r1',
  'brainpoolP384r1',
  'brainpoolP512r1',
]);

/** The digest's name for node:crypto; refuses SHA-1 and whatever ETSI TS 119 312 no longer recommends. */
export function digestName(oid: string): string {
  const name = DIGESTS[oid];
  if (!name) throw new Refusal('weak-digest', `The digest algorithm ${oid} is not accepted.`);
  return name;
}

/** Refuses keys that ETSI TS 119 312 no longer recommends. */
export function requireStrongKey(key: KeyObject): void {
  const details = key.asymmetricKeyDetails ?? {};
  const rsa = key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss';
  if (rsa && (details.modulusLength ?? 0) >= RSA_BITS) return;
  if (key.asymmetricKeyType === 'ec' && CURVES.has(details.namedCurve ?? '')) return;
  if (key.asymmetricKeyType === 'ed25519') return;
  throw new Refusal('weak-key', `A key of type ${key.asymmetricKeyType ?? 'unknown'} is too weak.`);
}

/**
 * Whether `signature` over `data` is good. `digestOid` is the digest that goes with a plain RSA identifier;
 * where the identifier names a digest of its own it must be the same one.
 */
export function verifySignature(
  algorithm: AlgorithmIdentifier,
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
  digestOid?: string,
): boolean {
  const oid = algorithm.algorithmId;
  if (oid === ED25519) return isGood(() => verify(null, data, key, signature));
  if (oid === RSA_PSS) return verifyPss(algorithm, key, data, signature, digestOid);
  const own = SIGNATURES[oid];
  if (!own && (oid !== RSA_PLAIN || !digestOid))
    throw new Refusal('weak-digest', `The signature algorithm ${oid} is not accepted.`);
  const digest = own ?? digestName(digestOid as string);
  if (digestOid && digestName(digestOid) !== digest) return false;
  return isGood(() => verify(digest, data, key, signature));
}

/** OpenSSL throws where the key is of a kind that makes no such signatures. */
function isGood(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

function verifyPss(
  algorithm: AlgorithmIdentifier,
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
  digestOid?: string,
): boolean {
  const params = new RSASSAPSSParams({ schema: algorithm.algorithmParams });
  const digest = digestName(params.hashAlgorithm.algorithmId);
  if (digestOid && digestName(digestOid) !== digest) return false;
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: params.saltLength };
  return isGood(() => verify(digest, data, pss, signature));
}

/** Refuses a certificate whose own signature uses a digest that can be forged. */
export function requireStrongSignature(algorithm: AlgorithmIdentifier): void {
  const oid = algorithm.algorithmId;
  if (oid in SIGNATURES || oid === ED25519) return;
  if (oid !== RSA_PSS)
    throw new Refusal('weak-digest', `A certificate is signed with ${oid}, which is not accepted.`);
  digestName(new RSASSAPSSParams({ schema: algorithm.algorithmParams }).hashAlgorithm.algorithmId);
}
