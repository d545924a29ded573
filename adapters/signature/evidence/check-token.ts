import { readTrust, commonName } from '../verify/certificate.js';
import type { Reason } from '../verify/reason.js';
import { readCmsData } from '../verify/revocation-data.js';
import { checkTimeStamp } from '../verify/time-stamp.js';
import { checkTrust } from '../verify/trust.js';

export interface TokenFacts {
  time: Date;
  authority: string;
  /** What is against it; null where no anchor was given, so that nobody can tell. */
  reasons: readonly Reason[] | null;
}

/**
 * Checks an RFC 3161 token (DER) over some bytes; with anchors (PEM), its authority too.
 * @throws Refusal when it is not a token over these bytes
 */
export async function readToken(
  token: Uint8Array,
  bytes: Uint8Array,
  trust: readonly string[],
): Promise<TokenFacts> {
  const { time, signer, cms } = checkTimeStamp(token, [bytes]);
  const authority = commonName(signer);
  if (trust.length === 0) return { time, authority, reasons: null };
  const now = new Date();
  const embedded = readCmsData(cms);
  const anchors = readTrust(trust);
  const { reasons } = await checkTrust({
    kind: 'timestamp',
    leaf: signer,
    pool: [...embedded.certificates, ...anchors],
    anchors,
    usedAt: time,
    isProven: true,
    until: now,
    now,
    sources: { embedded, given: [], fetcher: null },
  });
  return { time, authority, reasons };
}

/** As readToken, but what is against it is thrown. @throws Refusal, Error */
export async function checkToken(
  token: Uint8Array,
  bytes: Uint8Array,
  trust: readonly string[],
): Promise<TokenFacts> {
  const facts = await readToken(token, bytes, trust);
  const [first] = facts.reasons ?? [];
  if (first !== undefined) throw new Error(first.detail);
  return facts;
}
