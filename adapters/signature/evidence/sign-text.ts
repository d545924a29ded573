import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';

export interface EvidenceKeyPair {
  /** PKCS #8, PEM. */
  privateKey: string;
  /** SubjectPublicKeyInfo, PEM. */
  publicKey: string;
}

/** A new Ed25519 pair for manifests and anchors. */
export function createEvidenceKey(): EvidenceKeyPair {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/** @returns the Ed25519 signature over the text's UTF-8, base64 */
export function signText(privateKey: string, text: string): string {
  return sign(null, Buffer.from(text), privateKey).toString('base64');
}

/** Whether the key (PEM) made this signature over the text; a key that can't be read made none. */
export function verifyText(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey(publicKey);
    const value = decode(signature);
    return (
      key.asymmetricKeyType === 'ed25519' && value !== null && verify(null, Buffer.from(text), key, value)
    );
  } catch {
    return false;
  }
}

/** Null for anything but plain base64: a decoder that passes over other signs would not see that they were changed. */
function decode(signature: string): Buffer | null {
  const value = Buffer.from(signature, 'base64');
  return value.toString('base64') === signature.replace(/\n$/, '') ? value : null;
}

/** Whether a text is just this key in PEM, as it is written here. @param key PEM; null: whichever it is */
export function isPlainKey(text: string, key: string | null): boolean {
  try {
    const plain = (pem: string): string =>
      String(createPublicKey(pem).export({ type: 'spki', format: 'pem' }));
    return plain(text) === text && (key === null || plain(key) === text);
  } catch {
    return false;
  }
}
