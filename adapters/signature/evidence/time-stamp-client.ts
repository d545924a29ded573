import { createHash, randomBytes } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { checkTimeStamp } from '../verify/time-stamp.js';

/** Asks an authority for the time of some bytes: an RFC 3161 token, DER. @throws Error when it gives none that holds */
export type Stamp = (bytes: Uint8Array) => Promise<Buffer>;

const SHA256 = '2.16.840.1.101.3.4.2.1';
const TIMEOUT_MS = 10_000;
const MAX_ANSWER = 256 * 1024;
const GRANTED = [0, 1];

/** @param url where the authority takes queries over HTTP (RFC 3161, 3.4) */
export function createStamp(url: string): Stamp {
  return async (bytes) => {
    const nonce = randomBytes(8);
    // A leading zero bit keeps the number positive.
    nonce[0] = (nonce[0]! & 0x7f) | 0x40;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: queryFor(bytes, nonce),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`the timestamp authority answered ${response.status}`);
    const token = readReply(await readSome(response), nonce);
    checkTimeStamp(token, [bytes]);
    return token;
  };
}

function queryFor(bytes: Uint8Array, nonce: Buffer): Uint8Array<ArrayBuffer> {
  const digest = createHash('sha256').update(bytes).digest();
  const query = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({
        algorithmId: SHA256,
        algorithmParams: new asn1js.Null(),
      }),
      hashedMessage: new asn1js.OctetString({ valueHex: Uint8Array.from(digest).buffer }),
    }),
    nonce: new asn1js.Integer({ valueHex: Uint8Array.from(nonce).buffer }),
    certReq: true,
  });
  return new Uint8Array(query.toSchema().toBER());
}

async function readSome(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_ANSWER) throw new Error('the timestamp authority answered too much');
    chunks.push(Buffer.from(chunk));
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

function readReply(bytes: Uint8Array<ArrayBuffer>, nonce: Buffer): Buffer {
  const reply = pkijs.TimeStampResp.fromBER(bytes);
  if (!GRANTED.includes(reply.status.status) || reply.timeStampToken === undefined)
    throw new Error(`the timestamp authority refused (status ${reply.status.status})`);
  const token = Buffer.from(reply.timeStampToken.toSchema().toBER());
  const signed = new pkijs.SignedData({ schema: reply.timeStampToken.content });
  const content = signed.encapContentInfo.eContent?.getValue();
  const info = content === undefined ? null : pkijs.TSTInfo.fromBER(content);
  if (!info?.nonce || !Buffer.from(info.nonce.valueBlock.valueHexView).equals(nonce))
    throw new Error('the timestamp authority answered another question');
  return token;
}
