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
    return key.asymmetricKeyType === 'ed25519' && verify(null, Buffer.from(text), key, decode(signature));
  } catch {
    return false;
  }
}

function decode(signature: string): Buffer {
  return Buffer.from(signature.trim(), 'base64');
}
