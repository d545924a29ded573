import { classifyAddress, hostOf, parseAddress } from './address.js';
import type { UrlPolicy } from './url-policy.js';

const MAX_LENGTH = 2_048;
// The URL parser drops tabs and line breaks and turns backslashes round, so what is stored would not be what
// was read by whoever approved it.
const MISLEADING = /[\s\\\p{Cc}]/u;
const AUTHORITY = /^https?:\/\/([^/?#]+)/i;
const DEFAULT_PORT: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };

/** Stable codes: shown to the client when it names a URL, and in the log of attempts. */
export type UrlFault =
  | 'url_invalid'
  | 'scheme_not_allowed'
  | 'credentials_in_url'
  | 'port_not_allowed'
  | 'host_not_allowed'
  | 'address_not_allowed';

/** A URL that has passed every check which needs no look-up. */
export interface CheckedUrl {
  url: URL;
  port: number;
  /** Without the brackets of an IPv6 literal. */
  host: string;
  /** Set when the host is a literal address. */
  literal: string | null;
  /** Plain http or an unusual port: every address must then lie in a range the operator let through. */
  needsAllowedNetwork: boolean;
}

export type UrlCheck = { ok: true; target: CheckedUrl } | { ok: false; fault: UrlFault };

/**
 * May an endpoint have this URL? Judges all that can be judged without asking the DNS; `resolveTarget`
 * judges the rest, by the same rules.
 */
export function checkUrl(text: string, policy: UrlPolicy): UrlCheck {
  if (text.length > MAX_LENGTH || MISLEADING.test(text) || !URL.canParse(text)) return refuse('url_invalid');
  const url = new URL(text);
  const defaultPort = DEFAULT_PORT[url.protocol];
  if (defaultPort === undefined) return refuse('scheme_not_allowed');
  const authority = AUTHORITY.exec(text)?.[1];
  if (authority === undefined) return refuse('url_invalid');
  // The parser forgets an empty user (`https://@host/`): look at what was written.
  if (authority.includes('@')) return refuse('credentials_in_url');
  const target = { url, host: hostOf(url), port: url.port === '' ? defaultPort : Number(url.port) };
  return checkTarget(target, policy);
}

/** The code for a target that only a range let through by the operator may have, and that lies outside one. */
export function reachFault(target: Pick<CheckedUrl, 'url'>): UrlFault {
  return target.url.protocol === 'https:' ? 'port_not_allowed' : 'scheme_not_allowed';
}

function checkTarget(target: Pick<CheckedUrl, 'url' | 'host' | 'port'>, policy: UrlPolicy): UrlCheck {
  const { url, host, port } = target;
  const needsAllowedNetwork = url.protocol !== 'https:' || !policy.ports.includes(port);
  const hasAllowedNetworks = policy.allowedNetworks.length > 0;
  if (needsAllowedNetwork && !hasAllowedNetworks) return refuse(reachFault(target));

  const address = parseAddress(host);
  if (address === null) {
    if (!isNameAllowed(host, hasAllowedNetworks)) return refuse('host_not_allowed');
    return { ok: true, target: { ...target, literal: null, needsAllowedNetwork } };
  }
  const reach = classifyAddress(address, policy.allowedNetworks);
  if (reach === 'refused') return refuse('address_not_allowed');
  if (needsAllowedNetwork && reach !== 'allowed') return refuse(reachFault(target));
  return { ok: true, target: { ...target, literal: host, needsAllowedNetwork } };
}

function isNameAllowed(host: string, hasAllowedNetworks: boolean): boolean {
  // A trailing dot would be part of the name that TLS compares and the Host header says.
  if (host.endsWith('.') || host.includes(':')) return false;
  // Names without a dot and below .localhost only ever mean something inside.
  const isInternal = !host.includes('.') || host.endsWith('.localhost');
  return hasAllowedNetworks || !isInternal;
}

function refuse(fault: UrlFault): UrlCheck {
  return { ok: false, fault };
}
