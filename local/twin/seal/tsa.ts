import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import * as pkijs from 'pkijs';

import { loadAuthorities } from './authorities.js';
import { element, integer, namedBit, sequence, utf8String } from './der.js';
import { createTimestamper, HASHES, TSA_POLICY } from './timestamp.js';
import type { TimestampRequest, Timestamper } from './timestamp.js';

/** A query is about a hundred bytes; anything near this is not one. */
const MAX_QUERY = 16 * 1024;

/** PKIFailureInfo bits of RFC 3161, 2.4.2. */
const FAILURE = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
} as const;

class Refusal extends Error {
  constructor(
    readonly bit: number,
    text: string,
  ) {
    super(text);
  }
}

export interface TsaOptions {
  /** The folder that the sealer uses: the authority is the same one. */
  readonly home: string;
  /** The twin's clock. */
  readonly now: () => Date;
}

/**
 * An RFC 3161 authority over HTTP (3.4): POST application/timestamp-query, answered application/timestamp-reply.
 * A listener for node:http or Express; nothing before it may have read the body. Honours nonce and certReq;
 * what it can't stamp is answered with status rejection and the failure's bit.
 */
export async function createTsaHandler(options: TsaOptions): Promise<RequestListener> {
  const { tsa } = await loadAuthorities(options.home);
  const timestamper = createTimestamper(tsa, options.now);
  return (request, response) => {
    void answer(timestamper, request, response);
  };
}

async function answer(
  timestamper: Timestamper,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (status: number, text: string): unknown =>
    response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${text}\n`);
  if (request.method !== 'POST') return void refuse(405, 'POST a timestamp query.');
  if (
    request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== 'application/timestamp-query'
  ) {
    return void refuse(415, 'The content type of a query is application/timestamp-query.');
  }
  try {
    const body = await readBody(request);
    if (body === undefined) return void refuse(413, 'That is too long for a timestamp query.');
    response
      .writeHead(200, { 'content-type': 'application/timestamp-reply' })
      .end(replyTo(body, timestamper));
  } catch {
    response.destroy();
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_QUERY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The TimeStampResp for one TimeStampReq, both DER. Never throws on what a client can send. */
function replyTo(query: Uint8Array, timestamper: Timestamper): Buffer {
  try {
    const token = timestamper(parseQuery(query));
    return sequence(sequence(integer(0)), token);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return sequence(sequence(integer(2), sequence(utf8String(error.message)), namedBit(error.bit)));
  }
}

function parseQuery(query: Uint8Array): TimestampRequest {
  const request = decode(query);
  const { hashAlgorithm, hashedMessage } = request.messageImprint;
  const digest = hashedMessage.valueBlock.valueHexView;
  const length = HASHES.get(hashAlgorithm.algorithmId);
  if (request.version !== 1) throw new Refusal(FAILURE.badRequest, 'Only version 1 is known.');
  if (length === undefined)
    throw new Refusal(FAILURE.badAlg, 'Only SHA-256, SHA-384 and SHA-512 are stamped.');
  if (digest.length !== length) throw new Refusal(FAILURE.badDataFormat, 'The digest has the wrong length.');
  if (request.reqPolicy !== undefined && request.reqPolicy !== TSA_POLICY) {
    throw new Refusal(FAILURE.unacceptedPolicy, `The only policy is ${TSA_POLICY}.`);
  }
  if (request.extensions !== undefined && request.extensions.length > 0) {
    throw new Refusal(FAILURE.unacceptedExtension, 'No extension is known.');
  }
  return {
    algorithm: Buffer.from(hashAlgorithm.toSchema().toBER()),
    digest: Buffer.from(digest),
    nonce: request.nonce === undefined ? undefined : element(0x02, request.nonce.valueBlock.valueHexView),
    withCertificate: request.certReq === true,
  };
}

function decode(query: Uint8Array): pkijs.TimeStampReq {
  try {
    return pkijs.TimeStampReq.fromBER(query);
  } catch {
    throw new Refusal(FAILURE.badDataFormat, 'That is not a timestamp query.');
  }
}
