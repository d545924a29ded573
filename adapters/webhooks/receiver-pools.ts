import { createHash } from 'node:crypto';
import { Pool } from 'undici';
import type { ResolvedTarget } from '../../domain/webhooks/resolve-target.js';
import { createPinnedConnector } from '../egress/pinned-connector.js';
import type { TlsIdentity } from '../egress/pinned-connector.js';

// Below what servers usually grant an idle connection, so that a webhook seldom meets one being closed.
const IDLE_MS = 1_000;
const MAX_IDLE_MS = 4_000;
const UNUSED_MS = 10_000;
const MAX_HEADER_BYTES = 16 * 1_024;

export interface ReceiverPoolsDeps {
  connectTimeoutMs: number;
  now: () => number;
}

interface Entry {
  pool: Pool;
  inFlight: number;
  lastUsedAt: number;
}

export interface ReceiverPools {
  /** Runs `work` with the connections of one endpoint to one set of checked addresses. */
  use<T>(
    endpointId: string,
    target: ResolvedTarget,
    tls: TlsIdentity | undefined,
    work: (pool: Pool) => Promise<T>,
  ): Promise<T>;
  size(): number;
  /** Breaks off what is under way. */
  close(): Promise<void>;
}

/**
 * Connections apart for each endpoint, each set of addresses and each certificate: no endpoint waits for
 * another's connections, and none is reused for an address that the last look-up did not give.
 */
export function createReceiverPools(deps: ReceiverPoolsDeps): ReceiverPools {
  const entries = new Map<string, Entry>();
  let sweptAt = deps.now();

  function sweep(): void {
    if (deps.now() - sweptAt < UNUSED_MS) return;
    sweptAt = deps.now();
    for (const [key, entry] of entries) {
      if (entry.inFlight > 0 || sweptAt - entry.lastUsedAt < UNUSED_MS) continue;
      entries.delete(key);
      void entry.pool.destroy();
    }
  }

  return {
    async use(endpointId, target, tls, work) {
      sweep();
      const key = keyOf(endpointId, target, tls);
      const entry = entries.get(key) ?? {
        pool: createPool(target, deps.connectTimeoutMs, tls),
        inFlight: 0,
        lastUsedAt: 0,
      };
      entries.set(key, entry);
      entry.inFlight += 1;
      try {
        return await work(entry.pool);
      } finally {
        entry.inFlight -= 1;
        entry.lastUsedAt = deps.now();
      }
    },
    size: () => entries.size,
    async close() {
      const pools = [...entries.values()].map((entry) => entry.pool);
      entries.clear();
      await Promise.all(pools.map((pool) => pool.destroy()));
    },
  };
}

function createPool(target: ResolvedTarget, connectTimeoutMs: number, tls?: TlsIdentity): Pool {
  return new Pool(target.url.origin, {
    connect: createPinnedConnector(target, connectTimeoutMs, tls),
    pipelining: 1,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: MAX_IDLE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    // The whole attempt has one clock, in the sender.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function keyOf(endpointId: string, target: ResolvedTarget, tls?: TlsIdentity): string {
  const addresses = [...target.addresses].sort();
  const identity = createHash('sha256')
    .update(JSON.stringify(tls ?? null))
    .digest('hex');
  return JSON.stringify([endpointId, target.url.origin, addresses, identity]);
}
