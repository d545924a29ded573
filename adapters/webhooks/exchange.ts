import type { IncomingHttpHeaders } from 'node:http';
import { resolveTarget } from '../../domain/webhooks/resolve-target.js';
import type { Lookup, ResolvedTarget } from '../../domain/webhooks/resolve-target.js';
import type { UrlPolicy } from '../../domain/webhooks/url-policy.js';
import { errorCode } from './error-code.js';
import type { AttemptError } from './error-code.js';
import { readStart } from './read-start.js';
import type { BodyStart } from './read-start.js';
import type { ReceiverPools } from './receiver-pools.js';
import type { TlsIdentity } from '../egress/pinned-connector.js';

export interface ExchangeDeps {
  policy: UrlPolicy;
  lookup: Lookup;
  pools: ReceiverPools;
}

export interface ExchangeRequest {
  endpointId: string;
  url: string;
  headers: Record<string, string>;
  body: Uint8Array | string;
  tls?: TlsIdentity | undefined;
  /** Bytes of the answer to read, and no more. */
  readLimit: number;
  /** The clock of the whole attempt. */
  signal: AbortSignal;
}

export interface Answer extends BodyStart {
  status: number;
  headers: IncomingHttpHeaders;
}

/** No answer came. */
export class ExchangeError extends Error {
  constructor(readonly code: AttemptError) {
    super(`No answer: ${code}`);
  }
}

export type Exchange = (request: ExchangeRequest) => Promise<Answer>;

/**
 * One POST to a target that the guard lets through, redirects not followed. The only way out of this room:
 * webhooks and token requests both take it.
 * @throws ExchangeError with the reason when no answer came.
 */
export function createExchange(deps: ExchangeDeps): Exchange {
  return async (request) => {
    const target = await resolve(deps, request);
    try {
      return await deps.pools.use(request.endpointId, target, request.tls, async (pool) => {
        const requesting = pool.request({
          method: 'POST',
          path: target.url.pathname + target.url.search,
          headers: request.headers,
          body: request.body,
          signal: request.signal,
          highWaterMark: request.readLimit,
        });
        // undici notices the end of time only once it is connected.
        const response = await untilAborted(requesting, request.signal);
        if (response === null) throw new ExchangeError('timeout');
        const start = await readStart(response.body, request.readLimit);
        return { status: response.statusCode, headers: response.headers, ...start };
      });
    } catch (error) {
      if (error instanceof ExchangeError) throw error;
      throw new ExchangeError(request.signal.aborted ? 'timeout' : errorCode(error));
    }
  };
}

async function resolve(deps: ExchangeDeps, request: ExchangeRequest): Promise<ResolvedTarget> {
  const resolving = resolveTarget(request.url, deps.policy, deps.lookup);
  const resolution = await untilAborted(resolving, request.signal);
  if (resolution === null) throw new ExchangeError('timeout');
  if (!resolution.ok) throw new ExchangeError(resolution.fault);
  return resolution.target;
}

/** What cannot be cancelled is left behind: a look-up, a connection that is being made. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return null;
  let onAbort = () => {};
  const aborted = new Promise<null>((giveUp) => {
    onAbort = () => giveUp(null);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
