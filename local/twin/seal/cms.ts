import { createHash, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import * as asn1js from 'asn1js';

import { element, integer, nullValue, octetString, oid, sequence, setOf } from './der.js';

/** A key with its certificates as DER, the key's own first; the chain goes up to, but not including, the root. */
export interface Identity {
  readonly key: KeyObject;
  readonly chain: readonly [Uint8Array, ...Uint8Array[]];
}

export interface CmsInput {
  readonly identity: Identity;
  readonly contentType: string;
  /** SHA-256 of the content. */
  readonly digest: Uint8Array;
  /** The content itself, to be carried inside; absent for a detached signature. */
  readonly content?: Uint8Array;
  readonly certificates: readonly Uint8Array[];
  /** Makes the RFC 3161 token over the signature value, for a signature timestamp. */
  readonly timestamp?: (signature: Uint8Array) => Uint8Array;
}

export const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  timestampToken: '1.2.840.113549.1.9.16.2.14',
  sha256: '2.16.840.1.101.3.4.2.1',
  rsa: '1.2.840.113549.1.1.1',
} as const;

/**
 * A CMS SignedData (RFC 5652) with one signer: RSA, SHA-256, ESS signing-certificate-v2 (RFC 5035), no
 * signing-time (PAdES baseline, EN 319 142-1, forbids it). All of it DER.
 */
export function signCms(input: CmsInput): Buffer {
  const sha256 = sequence(oid(OID.sha256));
  const content = input.content === undefined ? [] : [element(0xa0, octetString(input.content))];
  const signedData = sequence(
    integer(input.contentType === OID.data ? 1 : 3),
    setOf(sha256),
    sequence(oid(input.contentType), ...content),
    ...certificateSet(input.certificates),
    setOf(signerInfo(input, sha256)),
  );
  return sequence(oid(OID.signedData), element(0xa0, signedData));
}

function certificateSet(certificates: readonly Uint8Array[]): Buffer[] {
  return certificates.length === 0 ? [] : [retag(0xa0, setOf(...certificates))];
}

function signerInfo(input: CmsInput, sha256: Buffer): Buffer {
  const { key, chain } = input.identity;
  const attributes = setOf(
    attribute(OID.contentType, oid(input.contentType)),
    attribute(OID.messageDigest, octetString(input.digest)),
    attribute(OID.signingCertificateV2, signingCertificate(chain[0])),
  );
  const signature = sign('sha256', attributes, key);
  const token = input.timestamp?.(signature);
  const unsigned = token === undefined ? [] : [retag(0xa1, setOf(attribute(OID.timestampToken, token)))];
  return sequence(
    integer(1),
    issuerAndSerial(chain[0]),
    sha256,
    retag(0xa0, attributes),
    sequence(oid(OID.rsa), nullValue()),
    octetString(signature),
    ...unsigned,
  );
}

const attribute = (type: string, value: Uint8Array): Buffer => sequence(oid(type), setOf(value));

/** ESSCertIDv2 with SHA-256, the default algorithm, which DER leaves out. */
function signingCertificate(certificate: Uint8Array): Buffer {
  const hash = createHash('sha256').update(certificate).digest();
  return sequence(sequence(sequence(octetString(hash))));
}

/** IMPLICIT tagging: the same content under another tag. */
function retag(tag: number, encoded: Buffer): Buffer {
  const copy = Buffer.from(encoded);
  copy[0] = tag;
  return copy;
}

function issuerAndSerial(certificate: Uint8Array): Buffer {
  const parsed = asn1js.fromBER(certificate).result as asn1js.Sequence;
  const fields = (parsed.valueBlock.value[0] as asn1js.Sequence).valueBlock.value;
  const [serial, issuer] = [fields[1], fields[3]];
  if (serial === undefined || issuer === undefined)
    throw new Error('The certificate of the signer has no issuer.');
  return sequence(raw(issuer), raw(serial));
}

const raw = (node: asn1js.AsnType): Buffer => Buffer.from(node.valueBeforeDecodeView);
