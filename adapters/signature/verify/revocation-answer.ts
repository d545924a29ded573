/** What one source (a revocation list, an OCSP response) says of one certificate. */
export type RevocationAnswer =
  | { readonly status: 'good'; readonly from: Date; readonly until: Date | undefined }
  | { readonly status: 'revoked'; readonly date: Date }
  /** For now; said at `from`. */
  | { readonly status: 'held'; readonly date: Date; readonly from: Date }
  /** No longer on hold: lifts a hold that was said before, and is no more than that. */
  | { readonly status: 'released'; readonly from: Date; readonly until: Date | undefined }
  /** It claims to be the issuer's, and its signature does not show that. */
  | { readonly status: 'unusable' };

/** What a revocation means by its reason code (RFC 5280, 5.3.1). */
export function revocationOf(
  reason: number | undefined,
  date: Date,
  from: Date,
  until: Date | undefined,
): RevocationAnswer {
  if (reason === CERTIFICATE_HOLD) return { status: 'held', date, from };
  if (reason === REMOVE_FROM_LIST) return { status: 'released', from, until };
  return { status: 'revoked', date };
}

const CERTIFICATE_HOLD = 6;
const REMOVE_FROM_LIST = 8;
