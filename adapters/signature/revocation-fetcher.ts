import { request } from 'undici';

import type { RevocationFetcher } from './verify/check-revocation.js';

export interface RevocationFetcherDeps {
  /** Hosts (with a port where it is not the usual one) that certificates may send us to. */
  readonly allowedHosts: readonly string[];
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** The largest list that is read: authorities publish some of several megabytes. */
const SIZE_LIMIT = 8 * 1024 * 1024;

/**
 * Asks certificate authorities for revocation data over HTTP, and nobody but those named: the addresses come from
 * certificates, which anybody can write. Null for any other. No redirects. Rejects when there is no
 * usable answer in time.
 */
export function createRevocationFetcher({
  allowedHosts,
  timeoutMs = TIMEOUT_MS,
}: RevocationFetcherDeps): RevocationFetcher {
  const ask = async (address: string, body: Uint8Array | null): Promise<Uint8Array | null> => {
    const url = new URL(address);
    if (!/^https?:$/.test(url.protocol) || !allowedHosts.includes(url.host)) return null;
    const headers = body ? { 'content-type': 'application/ocsp-request' } : {};
    const answer = await request(url, {
      method: body ? 'POST' : 'GET',
      headers,
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const parts: Buffer[] = [];
    let size = 0;
    // Read to the end even when refused: an open body would keep its connection.
    for await (const part of answer.body as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > SIZE_LIMIT) throw new Error(`${url.host} answers more than ${SIZE_LIMIT} bytes`);
      parts.push(part);
    }
    if (answer.statusCode !== 200) throw new Error(`${url.host} answers ${answer.statusCode}`);
    return Buffer.concat(parts);
  };
  return { crl: (url) => ask(url, null), ocsp: ask };
}
