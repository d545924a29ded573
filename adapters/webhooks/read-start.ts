import type { Readable } from 'node:stream';

export interface BodyStart {
  text: string;
  /** The other side stopped in the middle; `ended` and `broken` are both false when we stopped at the limit. */
  broken: boolean;
  ended: boolean;
}

/**
 * Reads at most `limit` bytes of an answer and no further: the rest is never fetched, and the connection it
 * would have come over is destroyed. NUL characters are replaced, since PostgreSQL's text cannot hold them.
 */
export async function readStart(body: Readable, limit: number): Promise<BodyStart> {
  const chunks: Buffer[] = [];
  let size = 0;
  let outcome = { broken: false, ended: true };
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, limit - size));
      size += chunk.length;
      if (size > limit) {
        outcome = { broken: false, ended: false };
        break; // leaving the loop destroys the stream, and undici the socket with it
      }
    }
  } catch {
    outcome = { broken: true, ended: false };
  }
  return { text: decode(Buffer.concat(chunks)), ...outcome };
}

function decode(bytes: Buffer): string {
  // In streaming mode a character that the limit has cut in two is left out.
  return new TextDecoder('utf-8').decode(bytes, { stream: true }).replaceAll('\u0000', '\uFFFD');
}
