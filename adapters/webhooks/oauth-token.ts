import { createHash } from 'node:crypto';
import { ExchangeError } from './exchange.js';
import type { Exchange } from './exchange.js';
import type { TlsIdentity } from '../egress/pinned-connector.js';

/** OAuth 2 client credentials (RFC 6749, 4.4) of an endpoint. */
export interface OauthClient {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope?: string;
  audience?: string;
}

export interface OauthTokensDeps {
  exchange: Exchange;
  /** Milliseconds, for expiry only. */
  now: () => number;
  userAgent: string;
}

export interface TokenRequest {
  endpointId: string;
  client: OauthClient;
  tls?: TlsIdentity | undefined;
  signal: AbortSignal;
}

export interface OauthTokens {
  /** @throws ExchangeError `token_failed` (or the guard's own code) when there is no token to be had. */
  get(request: TokenRequest): Promise<string>;
  /** The receiver refused it: ask for another next time. */
  forget(request: Pick<TokenRequest, 'endpointId' | 'client'>): void;
}

interface CachedToken {
  token: string;
  expiresAt: number;
}

const MARGIN_MS = 30_000;
const DEFAULT_LIFETIME_S = 300;
const MAX_ANSWER_BYTES = 16 * 1_024;
const MAX_CACHED = 1_000;
const TOKEN = /^[\x21-\x7E]{1,8192}$/;

/** Tokens for endpoints, each kept until shortly before it expires; fetched through the same guard as webhooks. */
export function createOauthTokens(deps: OauthTokensDeps): OauthTokens {
  const cache = new Map<string, CachedToken>();
  const underWay = new Map<string, Promise<CachedToken>>();

  async function fetchAndKeep(key: string, request: TokenRequest): Promise<CachedToken> {
    const fetched = await fetchToken(deps, request);
    cache.delete(key);
    for (const oldest of cache.keys()) {
      if (cache.size < MAX_CACHED) break;
      cache.delete(oldest);
    }
    cache.set(key, fetched);
    return fetched;
  }

  return {
    async get(request) {
      const key = keyOf(request);
      const cached = cache.get(key);
      if (cached && cached.expiresAt - MARGIN_MS > deps.now()) return cached.token;
      // Attempts that begin together share one request: an authorization server may limit or bill them.
      const shared = underWay.get(key) ?? fetchAndKeep(key, request).finally(() => underWay.delete(key));
      underWay.set(key, shared);
      return (await shared).token;
    },
    forget: (request) => void cache.delete(keyOf(request)),
  };
}

async function fetchToken(deps: OauthTokensDeps, request: TokenRequest): Promise<CachedToken> {
  const { client, endpointId, tls, signal } = request;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (client.scope !== undefined) form.set('scope', client.scope);
  if (client.audience !== undefined) form.set('audience', client.audience);
  const answer = await deps.exchange({
    endpointId,
    url: client.tokenUrl,
    headers: {
      authorization: basicAuthorization(client),
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      'user-agent': deps.userAgent,
    },
    body: form.toString(),
    tls,
    readLimit: MAX_ANSWER_BYTES,
    signal,
  });
  const token = answer.status === 200 && answer.ended ? readToken(answer.text, deps.now()) : null;
  if (token === null) throw new ExchangeError('token_failed');
  return token;
}

function readToken(text: string, now: number): CachedToken | null {
  const answer = parseObject(text);
  const token = answer?.['access_token'];
  const lifetime = Number(answer?.['expires_in'] ?? DEFAULT_LIFETIME_S);
  if (typeof token !== 'string' || !TOKEN.test(token)) return null;
  return { token, expiresAt: now + (lifetime > 0 ? lifetime * 1_000 : 0) };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function basicAuthorization(client: OauthClient): string {
  // Form-encoded before they are joined (RFC 6749, 2.3.1), so a colon in an id splits nothing.
  const encode = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
  const pair = `${encode(client.clientId)}:${encode(client.clientSecret)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function keyOf({ endpointId, client }: Pick<TokenRequest, 'endpointId' | 'client'>): string {
  return createHash('sha256')
    .update(JSON.stringify([endpointId, client]))
    .digest('hex');
}
