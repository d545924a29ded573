/** A verification key as published; times are RFC 3339 in UTC. */
export interface PublishedKey {
  id: string;
  /** `whpk_` and base64 of the 32 bytes of an ed25519 public key. */
  publicKey: string;
  from: string;
  until: string | null;
}

export interface SigningKeyPeriod {
  id: string;
  publicKey: string;
  from: Date;
  /** Null while nothing is known to end it. */
  until: Date | null;
}

/**
 * The document at /.well-known/webhook-keys.json, newest key first. Ended keys stay in it: what they signed
 * can still be verified.
 */
export function keyDocument(keys: readonly SigningKeyPeriod[]): { keys: PublishedKey[] } {
  const newestFirst = [...keys].sort((a, b) => b.from.getTime() - a.from.getTime());
  return {
    keys: newestFirst.map(({ id, publicKey, from, until }) => ({
      id,
      publicKey,
      from: from.toISOString(),
      until: until?.toISOString() ?? null,
    })),
  };
}
