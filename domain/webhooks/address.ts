import ipaddr from 'ipaddr.js';
import { embeddedIpv4 } from './embedded-address.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Network = [Address, number];

// Cloud metadata services hand out credentials. They stay closed even inside a range that the operator let
// through. AWS (also ECS, EKS), GCP, Azure, Oracle and others; Azure's and Alibaba's lie outside 169.254/16. All of
// link-local is closed in both families: OpenStack answers at fe80::a9fe:a9fe.
const METADATA = [
  '169.254.0.0/16',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fd00:ec2::/32',
  'fd20:ce::254/128',
  'fd00:42::42/128',
  'fd00:a9fe:a9fe::1/128',
  'fe80::/10',
].map(parseNetwork);

// Ranges that ipaddr.js calls unicast although nobody's public server lives there.
const NOT_PUBLIC = ['2001::/23', '2001:db8::/32', '2002::/16', '3ffe::/16', '3fff::/20'].map(parseNetwork);
const GLOBAL_IPV6 = parseNetwork('2000::/3');

/**
 * A range in CIDR notation, or a single address.
 * @throws Error when it is neither, or has bits set beyond its prefix (a slip that would open more than meant).
 */
export function parseNetwork(text: string): Network {
  if (!text.includes('/')) {
    const address = ipaddr.parse(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  }
  const [address, bits] = ipaddr.parseCIDR(text);
  const first =
    address.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(text)
      : ipaddr.IPv6.networkAddressFromCIDR(text);
  if (first.toString() !== address.toString()) throw new Error(`${text} has bits set beyond its prefix`);
  return [address, bits];
}

/** The address in the one form that is compared, null when the text is none (a zone makes it none, too). */
export function parseAddress(text: string): Address | null {
  if (text.includes('%')) return null;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
}

/** The host of a URL, without the brackets of an IPv6 literal. */
export function hostOf({ hostname }: URL): string {
  return hostname.replaceAll(/^\[|\]$/g, '');
}

/** `public`: anyone's server; `allowed`: inside a range the operator let through; `refused`: everything else. */
export type Reach = 'public' | 'allowed' | 'refused';

/** What a look-up's answer may be used for; what is no address is refused. */
export function classifyAnswer(text: string, allowed: readonly Network[]): Reach {
  const address = parseAddress(text);
  return address === null ? 'refused' : classifyAddress(address, allowed);
}

/** What an address may be used for. */
export function classifyAddress(address: Address, allowed: readonly Network[]): Reach {
  const embedded = embeddedIpv4(address);
  if ([address, ...embedded].some(isMetadata)) return 'refused';
  if (isWithin(address, allowed)) {
    // A transition prefix that was let through opens no private network behind it.
    const behind = embedded.map((inner) => classifyAddress(inner, allowed));
    return behind.includes('refused') ? 'refused' : 'allowed';
  }
  return embedded.length === 0 && isPublic(address) ? 'public' : 'refused';
}

function isMetadata(address: Address): boolean {
  return isWithin(address, METADATA);
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  if (address.kind() === 'ipv4') return true;
  return isWithin(address, [GLOBAL_IPV6]) && !isWithin(address, NOT_PUBLIC);
}

function isWithin(address: Address, networks: readonly Network[]): boolean {
  return networks.some(([first, bits]) => first.kind() === address.kind() && address.match(first, bits));
}
