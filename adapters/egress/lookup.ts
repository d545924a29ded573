import { lookup as systemLookup, Resolver } from 'node:dns/promises';
import type { Lookup } from '../../domain/webhooks/resolve-target.js';

export interface LookupDeps {
  /** Ask the system too (hosts file, search domains): only sensible where internal receivers are allowed. */
  internalNames: boolean;
  /** Milliseconds for one question to one name server, and how often it is put. */
  timeoutMs?: number;
  tries?: number;
  /** Name servers as `address:port`; without them those of the system. */
  servers?: readonly string[];
}

// Whoever means the IPv6 one can write [::1]: a range let through rarely names both.
const LOOPBACK = ['127.0.0.1'];
const MAX_ADDRESSES = 16;

/**
 * Looks names up without Node's thread pool. `dns.lookup` occupies one of four threads for as long as the name
 * server stays silent, so four endpoints with a dead name server would stop the deliveries of all others.
 */
export function createLookup(deps: LookupDeps): Lookup {
  const resolver = new Resolver({ timeout: deps.timeoutMs ?? 2_000, tries: deps.tries ?? 2 });
  if (deps.servers) resolver.setServers(deps.servers);
  return async (host) => {
    if (host === 'localhost' || host.endsWith('.localhost')) return LOOPBACK;
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length > 0) return addresses.slice(0, MAX_ADDRESSES);
    // Only "there is no such name" leads on to the system: a silent server would be silent there, too.
    if (!deps.internalNames || !answers.every(saysUnknown)) throw new Error('name not resolved');
    const found = await systemLookup(host, { all: true, verbatim: true });
    return found.map((entry) => entry.address);
  };
}

function saysUnknown(answer: PromiseSettledResult<unknown>): boolean {
  if (answer.status === 'fulfilled') return true;
  const code = (answer.reason as NodeJS.ErrnoException).code;
  return code === 'ENOTFOUND' || code === 'ENODATA' || code === 'ECONNREFUSED';
}
