import { parseRetryAfter } from '../../domain/webhooks/retry-after.js';
import type { Lookup } from '../../domain/webhooks/resolve-target.js';
import type { UrlPolicy } from '../../domain/webhooks/url-policy.js';
import type { AttemptError } from './error-code.js';
import { createExchange, ExchangeError } from './exchange.js';
import type { Answer } from './exchange.js';
import { createOauthTokens } from './oauth-token.js';
import type { OauthClient, OauthTokens } from './oauth-token.js';
import { createReceiverPools } from './receiver-pools.js';
import type { TlsIdentity } from '../egress/pinned-connector.js';

/** How much of a receiver's answer is read and kept. */
export const RESPONSE_LIMIT_BYTES = 4 * 1_024;

const CONNECT_TIMEOUT_MS = 5_000;
const TIMEOUT_MS = 15_000;
const GONE = 410;
const UNAUTHORIZED = 401;

export interface WebhookSenderDeps {
  policy: UrlPolicy;
  lookup: Lookup;
  /** Of this program, for the User-Agent. */
  version: string;
  connectTimeoutMs?: number;
  /** Milliseconds since the epoch; for Retry-After dates and the life of tokens. */
  now?: () => number;
}

export interface WebhookRequest {
  /** Connections and tokens are kept apart for each endpoint. */
  endpointId: string;
  url: string;
  /** The stored bytes; the same at each attempt. */
  body: Uint8Array | string;
  /** What `signHeaders` gave. */
  headers: Readonly<Record<string, string>>;
  /** The owner's own headers, opened; ours win over them. */
  customHeaders?: Readonly<Record<string, string>> | undefined;
  tls?: TlsIdentity | undefined;
  oauth?: OauthClient | undefined;
  /** For everything: look-up, connection, token, request and answer. Default 15 s. */
  timeoutMs?: number | undefined;
  /** Ends the attempt without a verdict, on shutdown: `send` then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

export interface Attempt {
  /** `gone`: the receiver said 410 and wants no more. */
  outcome: 'delivered' | 'retry' | 'gone';
  durationMs: number;
  /** The HTTP status, when an answer came. */
  status?: number;
  /** The first 4 KiB of the answer as text. */
  response?: string;
  /** Absent when delivered. */
  error?: AttemptError;
  /** What the receiver asked for, at most 24 hours; only when not delivered. */
  retryAfterMs?: number;
}

export interface WebhookSender {
  send(request: WebhookRequest): Promise<Attempt>;
  close(): Promise<void>;
}

/**
 * Sends webhooks, one attempt at a time; never throws for what a receiver, a network or a DNS does.
 * Success is a 2xx whose answer ends, breaks off, or passes the limit of what is read; redirects are failures.
 */
export function createWebhookSender(deps: WebhookSenderDeps): WebhookSender {
  const now = deps.now ?? Date.now;
  const userAgent = `paraphe/${deps.version}`;
  const connectTimeoutMs = deps.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  const pools = createReceiverPools({ connectTimeoutMs, now });
  const exchange = createExchange({ policy: deps.policy, lookup: deps.lookup, pools });
  const tokens = createOauthTokens({ exchange, now, userAgent });

  async function attempt(request: WebhookRequest, signal: AbortSignal): Promise<Omit<Attempt, 'durationMs'>> {
    const { endpointId, url, body, tls } = request;
    try {
      const token = await authorization(tokens, request, signal);
      const headers = { ...headersOf(request, userAgent), ...token };
      const answer = await exchange({
        endpointId,
        url,
        headers,
        body,
        tls,
        readLimit: RESPONSE_LIMIT_BYTES,
        signal,
      });
      if (answer.status === UNAUTHORIZED && request.oauth)
        tokens.forget({ endpointId, client: request.oauth });
      return judge(answer, signal.aborted, now());
    } catch (error) {
      if (error instanceof ExchangeError) return { outcome: 'retry', error: error.code };
      throw error;
    }
  }

  return {
    async send(request) {
      const startedAt = performance.now();
      const clock = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
      const signal = request.signal ? AbortSignal.any([clock, request.signal]) : clock;
      const result = await attempt(request, signal);
      request.signal?.throwIfAborted();
      return { ...result, durationMs: Math.round(performance.now() - startedAt) };
    },
    close: () => pools.close(),
  };
}

function headersOf(request: WebhookRequest, userAgent: string): Record<string, string> {
  const custom = Object.entries(request.customHeaders ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    value,
  ]);
  return {
    accept: '*/*',
    ...(Object.fromEntries(custom) as Record<string, string>),
    'content-type': 'application/json',
    'user-agent': userAgent,
    ...request.headers,
  };
}

async function authorization(
  tokens: OauthTokens,
  request: WebhookRequest,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { endpointId, oauth, tls } = request;
  if (!oauth) return {};
  return { authorization: `Bearer ${await tokens.get({ endpointId, client: oauth, tls, signal })}` };
}

function judge(answer: Answer, timedOut: boolean, nowMs: number): Omit<Attempt, 'durationMs'> {
  const seen = { status: answer.status, response: answer.text };
  const error = faultOf(answer, timedOut);
  if (error === null) return { outcome: 'delivered', ...seen };
  const retryAfterMs = parseRetryAfter(singleHeader(answer.headers['retry-after']), nowMs);
  return {
    outcome: error === 'gone' ? 'gone' : 'retry',
    ...seen,
    error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function faultOf(answer: Answer, timedOut: boolean): AttemptError | null {
  if (answer.status >= 200 && answer.status < 300) {
    // An answer that never ends was ended by our clock: that is neither an end nor a break on their side.
    return answer.broken && timedOut ? 'timeout' : null;
  }
  if (answer.status === GONE) return 'gone';
  return answer.status >= 300 && answer.status < 400 ? 'redirect' : 'http_error';
}

function singleHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
