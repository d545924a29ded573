import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  BasicOCSPResponse,
  CertID,
  OCSPRequest,
  OCSPResponse,
  Request,
  type SingleResponse,
} from 'pkijs';
import { createHash } from 'node:crypto';

import { verifySignature } from './algorithms.js';
import { extendedKeyUsages } from './build-chain.js';
import { readCertificates, type Cert } from './certificate.js';
import { revocationOf, type RevocationAnswer } from './revocation-answer.js';

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const DIGESTS: Record<string, string> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** What this OCSP response says of `cert`; undefined when it is about another (RFC 6960). */
export function askOcspResponse(der: Uint8Array, cert: Cert, issuer: Cert): RevocationAnswer | undefined {
  try {
    const basic = readBasic(der);
    const single = basic?.tbsResponseData.responses.find((item) => isAbout(item, cert, issuer));
    if (!basic || !single) return undefined;
    return isSigned(basic, issuer) ? answerOf(single) : { status: 'unusable' };
  } catch {
    return undefined;
  }
}

function readBasic(der: Uint8Array): BasicOCSPResponse | undefined {
  const response = OCSPResponse.fromBER(Uint8Array.from(der));
  const body = response.responseBytes?.response;
  return body && BasicOCSPResponse.fromBER(Uint8Array.from(body.valueBlock.valueHexView));
}

function answerOf(single: SingleResponse): RevocationAnswer | undefined {
  const status = single.certStatus as asn1js.BaseBlock;
  if (status.idBlock.tagNumber === 0)
    return { status: 'good', from: single.thisUpdate, until: single.nextUpdate };
  if (status.idBlock.tagNumber !== 1 || !(status instanceof asn1js.Constructed)) return undefined;
  const [date, tagged] = status.valueBlock.value;
  const [reason] = tagged instanceof asn1js.Constructed ? tagged.valueBlock.value : [];
  const code = reason instanceof asn1js.Enumerated ? reason.valueBlock.valueDec : undefined;
  if (!(date instanceof asn1js.GeneralizedTime)) return undefined;
  return revocationOf(code, date.toDate(), single.thisUpdate, single.nextUpdate);
}

function isAbout(single: SingleResponse, cert: Cert, issuer: Cert): boolean {
  const { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } = single.certID;
  const digest = DIGESTS[hashAlgorithm.algorithmId];
  if (!digest || !serialNumber.isEqual(cert.pki.serialNumber)) return false;
  const { name, key } = issuerHashes(issuer, digest);
  return (
    name.equals(Buffer.from(issuerNameHash.getValue())) && key.equals(Buffer.from(issuerKeyHash.getValue()))
  );
}

function issuerHashes(issuer: Cert, digest: string): { name: Buffer; key: Buffer } {
  const key = issuer.pki.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  return {
    name: createHash(digest).update(Buffer.from(issuer.pki.subject.valueBeforeDecode)).digest(),
    key: createHash(digest).update(key).digest(),
  };
}

/** Signed by the issuer itself or by one to whom the issuer gave that right alone. */
function isSigned(basic: BasicOCSPResponse, issuer: Cert): boolean {
  const at = basic.tbsResponseData.producedAt;
  const delegates = readCertificates(
    (basic.certs ?? []).map((item) => new Uint8Array(item.toSchema().toBER())),
  );
  const responders = delegates.filter(
    (one) =>
      one.issuer === issuer.subject &&
      one.x509.verify(issuer.x509.publicKey) &&
      (extendedKeyUsages(one)?.oids.includes(OCSP_SIGNING) ?? false) &&
      at >= one.pki.notBefore.value &&
      at <= one.pki.notAfter.value,
  );
  const signature = basic.signature.valueBlock.valueHexView;
  return [issuer, ...responders].some((one) => {
    try {
      return verifySignature(
        basic.signatureAlgorithm,
        one.x509.publicKey,
        basic.tbsResponseData.tbsView,
        signature,
      );
    } catch {
      return false;
    }
  });
}

/** The request to send to a responder for one certificate. SHA-1 here only names the issuer, as RFC 5019 asks. */
export function ocspRequest(cert: Cert, issuer: Cert): Uint8Array {
  const { name, key } = issuerHashes(issuer, 'sha1');
  const request = new OCSPRequest();
  request.tbsRequest.requestList = [
    new Request({
      reqCert: new CertID({
        hashAlgorithm: new AlgorithmIdentifier({
          algorithmId: '1.3.14.3.2.26',
          algorithmParams: new asn1js.Null(),
        }),
        issuerNameHash: new asn1js.OctetString({ valueHex: Uint8Array.from(name).buffer }),
        issuerKeyHash: new asn1js.OctetString({ valueHex: Uint8Array.from(key).buffer }),
        serialNumber: cert.pki.serialNumber,
      }),
    }),
  ];
  return new Uint8Array(request.toSchema(true).toBER());
}
