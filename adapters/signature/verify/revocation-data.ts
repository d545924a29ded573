import * as asn1js from 'asn1js';

import { isArray, isDict, isRef, isStream, type PdfSnapshot, type PdfValue } from '../../../pdf/index.js';
import { readCertificates, type Cert } from './certificate.js';
import type { Cms } from './read-cms.js';

/** Certificates and revocation data, wherever they come from; none of it is believed by being here. */
export interface ValidationData {
  readonly certificates: readonly Cert[];
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
}

const NOTHING: ValidationData = { certificates: [], crls: [], ocsps: [] };
const ADOBE_REVOCATION = '1.2.840.113583.1.1.8';
const BLOB_LIMIT = 8 * 1024 * 1024;
const COUNT_LIMIT = 200;

/** What the document security store holds (ETSI EN 319 142-1, 5.4.2). */
export function readSecurityStore(snapshot: PdfSnapshot): ValidationData {
  const root = snapshot.resolve(snapshot.trailer.entries.get('Root'));
  const store = isDict(root) ? snapshot.resolve(root.entries.get('DSS')) : null;
  if (!isDict(store)) return NOTHING;
  const blobs = (key: string): Uint8Array[] => {
    const list = snapshot.resolve(store.entries.get(key));
    return isArray(list) ? list.slice(0, COUNT_LIMIT).flatMap((item) => streamData(snapshot, item)) : [];
  };
  return { certificates: readCertificates(blobs('Certs')), crls: blobs('CRLs'), ocsps: blobs('OCSPs') };
}

function streamData(snapshot: PdfSnapshot, ref: PdfValue): Uint8Array[] {
  const stream = isRef(ref) ? snapshot.resolve(ref) : null;
  if (!isStream(stream) || stream.raw.length > BLOB_LIMIT) return [];
  return [snapshot.decode(stream)];
}

/** What a signature carries itself: its certificates, CRLs, and Adobe's revocation attribute. */
export function readCmsData(cms: Cms): ValidationData {
  const crls = (cms.signedData.crls ?? []).map((item) => new Uint8Array(item.toSchema().toBER()));
  const attribute = cms.signer.signedAttrs?.attributes.find((item) => item.type === ADOBE_REVOCATION);
  const archival = attribute?.values[0] as unknown;
  const lists = archival instanceof asn1js.Sequence ? archival.valueBlock.value : [];
  const tagged = (tag: number): Uint8Array[] =>
    lists.filter((item) => item.idBlock.tagNumber === tag).flatMap((item) => sequenceItems(item));
  return { certificates: cms.certificates, crls: [...crls, ...tagged(0)], ocsps: tagged(1) };
}

/** The members of `[n] EXPLICIT SEQUENCE OF …`, as DER. */
function sequenceItems(tagged: asn1js.BaseBlock): Uint8Array[] {
  const [list] = tagged instanceof asn1js.Constructed ? tagged.valueBlock.value : [];
  const items = list instanceof asn1js.Sequence ? list.valueBlock.value : [];
  return items.map((item) => Uint8Array.from(item.valueBeforeDecodeView));
}

export function mergeData(...all: readonly ValidationData[]): ValidationData {
  return {
    certificates: all.flatMap((data) => data.certificates),
    crls: all.flatMap((data) => data.crls),
    ocsps: all.flatMap((data) => data.ocsps),
  };
}
