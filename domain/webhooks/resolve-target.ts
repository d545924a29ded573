import { classifyAnswer } from './address.js';
import { checkUrl, reachFault } from './check-url.js';
import type { CheckedUrl, UrlFault } from './check-url.js';
import type { UrlPolicy } from './url-policy.js';

/** Every address of a name, in the order in which to try them; rejects when the name cannot be resolved. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** `dns_failed` may pass; the others are a matter of what the URL or its DNS says. */
export type TargetFault = UrlFault | 'dns_failed';

export interface ResolvedTarget {
  url: URL;
  port: number;
  host: string;
  /** Each of them checked: connect to one of these and to nothing else. */
  addresses: readonly string[];
}

export type Resolution = { ok: true; target: ResolvedTarget } | { ok: false; fault: TargetFault };

/**
 * Where a webhook may be sent right now: the URL checked again, the name looked up exactly once, and every
 * address it has checked. One address that is not allowed refuses them all, for a name that answers both
 * is either a mistake or an attack.
 */
export async function resolveTarget(text: string, policy: UrlPolicy, lookup: Lookup): Promise<Resolution> {
  const check = checkUrl(text, policy);
  if (!check.ok) return check;
  const { target } = check;
  const addresses = target.literal === null ? await addressesOf(target.host, lookup) : [target.literal];
  if (addresses.length === 0) return { ok: false, fault: 'dns_failed' };
  const fault = addressesFault(target, addresses, policy);
  if (fault) return { ok: false, fault };
  return { ok: true, target: { url: target.url, port: target.port, host: target.host, addresses } };
}

async function addressesOf(host: string, lookup: Lookup): Promise<readonly string[]> {
  try {
    return await lookup(host);
  } catch {
    return [];
  }
}

function addressesFault(
  target: CheckedUrl,
  addresses: readonly string[],
  policy: UrlPolicy,
): UrlFault | null {
  for (const text of addresses) {
    const reach = classifyAnswer(text, policy.allowedNetworks);
    if (reach === 'refused') return 'address_not_allowed';
    if (target.needsAllowedNetwork && reach !== 'allowed') return reachFault(target);
  }
  return null;
}
