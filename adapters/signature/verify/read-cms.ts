import * as asn1js from 'asn1js';
import { ContentInfo, SignedData, type Attribute, type SignerInfo } from 'pkijs';

import { readCertificates, type Cert } from './certificate.js';
import { Refusal } from './reason.js';

const SIGNED_DATA = '1.2.840.113549.1.7.2';

/** One CMS message with one signer (RFC 5652), read but not yet believed. */
export interface Cms {
  readonly signedData: SignedData;
  readonly signer: SignerInfo;
  readonly certificates: readonly Cert[];
  readonly signatureValue: Buffer;
  /** What is inside; null for a detached signature. */
  readonly content: Buffer | null;
  readonly contentType: string;
}

/** Reads a SignedData with exactly one signer; after it only the zeros of a placeholder may follow. */
export function readCms(bytes: Uint8Array): Cms {
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('cms-malformed', 'The signature is no readable CMS message.');
  }
}

function parse(bytes: Uint8Array): Cms {
  const asn1 = asn1js.fromBER(Uint8Array.from(bytes).buffer);
  if (asn1.offset < 0) throw new Refusal('cms-malformed', 'The signature is no ASN.1.');
  if (bytes.subarray(asn1.offset).some((byte) => byte !== 0)) {
    throw new Refusal('cms-malformed', 'Something other than zeros follows the signature.');
  }
  const info = new ContentInfo({ schema: asn1.result });
  if (info.contentType !== SIGNED_DATA)
    throw new Refusal('cms-malformed', 'The CMS message is not signed data.');
  const signedData = new SignedData({ schema: info.content });
  const signer = signedData.signerInfos[0];
  if (!signer || signedData.signerInfos.length !== 1) {
    throw new Refusal('cms-malformed', 'The CMS message has not exactly one signer.');
  }
  const blobs = (signedData.certificates ?? []).map((item) => new Uint8Array(item.toSchema().toBER()));
  const content = signedData.encapContentInfo.eContent;
  return {
    signedData,
    signer,
    certificates: readCertificates(blobs),
    signatureValue: Buffer.from(signer.signature.valueBlock.valueHexView),
    content: content ? Buffer.from(content.getValue()) : null,
    contentType: signedData.encapContentInfo.eContentType,
  };
}

/** The values of one attribute that must stand exactly once with exactly one value. */
export function onlyValue(attributes: readonly Attribute[], oid: string): asn1js.BaseBlock | undefined {
  const found = attributes.filter((attribute) => attribute.type === oid);
  if (found.length > 1 || (found[0] && found[0].values.length !== 1)) {
    throw new Refusal('cms-malformed', `The attribute ${oid} stands more than once.`);
  }
  return found[0]?.values[0] as asn1js.BaseBlock | undefined;
}
