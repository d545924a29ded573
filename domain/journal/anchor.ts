/** Where anchors lie in the archive. */
export const ANCHORS = 'journal/anchors/';

/** A head of the journal as it is written down outside the database. */
export interface Anchor {
  /** Canonical JSON: `kind`, `position`, `hash`, `at`. */
  head: string;
  /** Ed25519 over `head`, base64. */
  signature: string;
  keyId: string;
  /** PEM; whoever verifies compares it with what they know of the service. */
  publicKey: string;
  /** RFC 3161 token over `head`, base64; null where no authority gave one. */
  timestamp: string | null;
}

/** Sorts by position. */
export function anchorKey(position: number): string {
  return `${ANCHORS}${String(position).padStart(14, '0')}.json`;
}
