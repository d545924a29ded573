import { Agent, request } from 'undici';

import {
  classifyAnswer,
  hostOf,
  parseAddress,
  parseNetwork,
  type Network,
} from '../../domain/webhooks/address.js';
import type { Lookup } from '../../domain/webhooks/resolve-target.js';
import { createPinnedConnector } from '../egress/pinned-connector.js';
import type { RevocationFetcher } from './verify/check-revocation.js';

export interface RevocationFetcherDeps {
  /** Hosts (with a port where it is not the usual one) that certificates may send us to. */
  readonly allowedHosts: readonly string[];
  /** Ranges inside which those hosts may lie; an address that is itself such a host is let through, too. */
  readonly allowedNetworks?: readonly Network[];
  readonly lookup: Lookup;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** The largest list that is read: authorities publish some of several megabytes. */
const SIZE_LIMIT = 8 * 1024 * 1024;

/**
 * Asks certificate authorities for revocation data over HTTP, and nobody but those named: the addresses come from
 * certificates, which anybody can write. Null for any other. A name is looked up once, and what is reached is an
 * address that was checked (docs/decisions/0050). No redirects. Rejects when there is no usable answer in time.
 */
export function createRevocationFetcher(deps: RevocationFetcherDeps): RevocationFetcher {
  const { allowedHosts, timeoutMs = TIMEOUT_MS } = deps;
  const named = allowedHosts.map((host) => new URL(`http://${host}`));
  const networks = [...(deps.allowedNetworks ?? []), ...named.flatMap(networkOf)];
  const ask = async (address: string, body: Uint8Array | null): Promise<Uint8Array | null> => {
    const url = new URL(address);
    if (!/^https?:$/.test(url.protocol) || !allowedHosts.includes(url.host)) return null;
    const signal = AbortSignal.timeout(timeoutMs);
    const addresses = await addressesOf(url, deps.lookup, networks);
    const dispatcher = new Agent({ connect: createPinnedConnector({ addresses }, timeoutMs) });
    try {
      return await exchange(url, body, { dispatcher, signal });
    } finally {
      await dispatcher.destroy();
    }
  };
  return { crl: (url) => ask(url, null), ocsp: ask };
}

/** One address that is not allowed refuses them all. */
async function addressesOf(
  url: URL,
  lookup: Lookup,
  networks: readonly Network[],
): Promise<readonly string[]> {
  const host = hostOf(url);
  const addresses = parseAddress(host) === null ? await lookup(host) : [host];
  const isRefused = (text: string): boolean => classifyAnswer(text, networks) === 'refused';
  if (addresses.length === 0 || addresses.some(isRefused))
    throw new Error(`${url.host} leads to an address that is not allowed`);
  return addresses;
}

function networkOf(url: URL): Network[] {
  const host = hostOf(url);
  return parseAddress(host) === null ? [] : [parseNetwork(host)];
}

async function exchange(
  url: URL,
  body: Uint8Array | null,
  options: { dispatcher: Agent; signal: AbortSignal },
): Promise<Uint8Array> {
  const headers = body ? { 'content-type': 'application/ocsp-request' } : {};
  const answer = await request(url, { method: body ? 'POST' : 'GET', headers, body, ...options });
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer.body as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > SIZE_LIMIT) throw new Error(`${url.host} answers more than ${SIZE_LIMIT} bytes`);
    parts.push(part);
  }
  if (answer.statusCode !== 200) throw new Error(`${url.host} answers ${answer.statusCode}`);
  return Buffer.concat(parts);
}
