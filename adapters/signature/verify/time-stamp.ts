import { createHash } from 'node:crypto';

import type * as asn1js from 'asn1js';
import { TSTInfo } from 'pkijs';

import { digestName } from './algorithms.js';
import { extendedKeyUsages } from './build-chain.js';
import type { Cert } from './certificate.js';
import { checkCms } from './check-cms.js';
import { readCms, type Cms } from './read-cms.js';
import { Refusal, type ReasonCode } from './reason.js';

const TIMESTAMP_INFO = '1.2.840.113549.1.9.16.1.4';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

export interface TimeStamp {
  readonly time: Date;
  readonly signer: Cert;
  readonly cms: Cms;
}

/** The same fault has its own reason when it lies in the timestamp and not in the signature. */
const TOKEN_CODES: Partial<Record<ReasonCode, ReasonCode>> = {
  'cms-malformed': 'timestamp-malformed',
  'digest-mismatch': 'timestamp-invalid',
  'signature-invalid': 'timestamp-invalid',
  'signer-certificate-missing': 'timestamp-malformed',
  'ess-missing': 'timestamp-ess',
  'ess-mismatch': 'timestamp-ess',
};

/** Checks an RFC 3161 token over `stamped` (in pieces) but for the trust in its authority. */
export function checkTimeStamp(token: Uint8Array, stamped: readonly Uint8Array[]): TimeStamp {
  try {
    return check(token, stamped);
  } catch (error) {
    if (!(error instanceof Refusal))
      throw new Refusal('timestamp-malformed', 'The timestamp cannot be read.');
    throw new Refusal(TOKEN_CODES[error.code] ?? error.code, `In the timestamp: ${error.detail}`);
  }
}

function check(token: Uint8Array, stamped: readonly Uint8Array[]): TimeStamp {
  const cms = readCms(token);
  if (cms.contentType !== TIMESTAMP_INFO || !cms.content) {
    throw new Refusal('timestamp-malformed', 'The message holds no time.');
  }
  const info = TSTInfo.fromBER(Uint8Array.from(cms.content));
  const digest = createHash(digestName(info.messageImprint.hashAlgorithm.algorithmId));
  for (const piece of stamped) digest.update(piece);
  if (!digest.digest().equals(Buffer.from(info.messageImprint.hashedMessage.getValue()))) {
    throw new Refusal('timestamp-imprint', 'It was made for other data.');
  }
  const signer = checkCms(cms, [cms.content]);
  const usages = extendedKeyUsages(signer);
  if (!usages?.critical || usages.oids.length !== 1 || usages.oids[0] !== TIME_STAMPING) {
    throw new Refusal('timestamp-key-usage', 'Its certificate is not for timestamps alone.');
  }
  return { time: info.genTime, signer, cms };
}

const SIGNATURE_TIMESTAMP = '1.2.840.113549.1.9.16.2.14';

/** The tokens among a signature's unsigned attributes, as DER. */
export function signatureTimeStamps(cms: Cms): Uint8Array[] {
  const attributes = cms.signer.unsignedAttrs?.attributes ?? [];
  return attributes
    .filter((attribute) => attribute.type === SIGNATURE_TIMESTAMP)
    .flatMap((attribute) => attribute.values as asn1js.BaseBlock[])
    .map((value) => Uint8Array.from(value.valueBeforeDecodeView));
}
