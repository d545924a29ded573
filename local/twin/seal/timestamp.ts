import { createHash, randomBytes } from 'node:crypto';

import { OID, signCms } from './cms.js';
import type { Identity } from './cms.js';
import { element, generalizedTime, integer, octetString, oid, sequence } from './der.js';

/** Hash algorithms that the twin's authority stamps, with the length of their digests in bytes. */
export const HASHES: ReadonlyMap<string, number> = new Map([
  [OID.sha256, 32],
  ['2.16.840.1.101.3.4.2.2', 48],
  ['2.16.840.1.101.3.4.2.3', 64],
]);

/** The one policy of the twin's authority: an arc for examples, as it promises nothing. */
export const TSA_POLICY = '2.999.1.3161';

export interface TimestampRequest {
  /** The AlgorithmIdentifier of the imprint, as DER. */
  readonly algorithm: Uint8Array;
  readonly digest: Uint8Array;
  /** The nonce's DER, handed back unchanged. */
  readonly nonce?: Uint8Array | undefined;
  readonly withCertificate: boolean;
}

/** Makes RFC 3161 tokens, as DER. */
export type Timestamper = (request: TimestampRequest) => Buffer;

/** A timestamper on this identity (its certificate's extended usage must be timeStamping) and this clock. */
export function createTimestamper(identity: Identity, now: () => Date): Timestamper {
  return (request) => {
    const info = tstInfo(request, now());
    return signCms({
      identity,
      contentType: OID.tstInfo,
      digest: createHash('sha256').update(info).digest(),
      content: info,
      certificates: request.withCertificate ? identity.chain : [],
    });
  };
}

function tstInfo(request: TimestampRequest, at: Date): Buffer {
  return sequence(
    integer(1),
    oid(TSA_POLICY),
    sequence(request.algorithm, octetString(request.digest)),
    integer(randomBytes(16)),
    generalizedTime(at),
    // Accuracy: one second, what a time without a fraction can promise.
    sequence(integer(1)),
    ...(request.nonce === undefined ? [] : [request.nonce]),
  );
}

/** The token over `bytes` that a signature timestamp needs: SHA-256, the authority's certificate inside. */
export function stampBytes(timestamper: Timestamper, bytes: Uint8Array): Buffer {
  const digest = createHash('sha256').update(bytes).digest();
  return timestamper({ algorithm: sequence(oid(OID.sha256), element(0x05)), digest, withCertificate: true });
}
