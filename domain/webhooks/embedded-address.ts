import ipaddr from 'ipaddr.js';

/**
 * The IPv4 addresses that an IPv6 address carries inside: mapped, compatible, translated (SIIT), NAT64 in both
 * prefixes, 6to4, Teredo (server and client) and ISATAP. A router on the way may unwrap any of them, so a
 * private network can hide behind each.
 */
export function embeddedIpv4(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4[] {
  if (!(address instanceof ipaddr.IPv6)) return [];
  const parts = address.parts;
  const [p0, p1, p2, , p4, p5] = parts as [number, number, number, number, number, number];
  const found: ipaddr.IPv4[] = [];
  if (carriesInLastBits(parts)) found.push(ipv4At(parts, 6));
  if (p0 === 0x2002) found.push(ipv4At(parts, 1));
  if (p0 === 0x2001 && p1 === 0) {
    found.push(ipv4At([p2, parts[3] ?? 0], 0));
    found.push(
      ipv4At(
        parts.map((part) => part ^ 0xffff),
        6,
      ),
    );
  }
  if ((p4 === 0 || p4 === 0x0200) && p5 === 0x5efe) found.push(ipv4At(parts, 6));
  return found;
}

function carriesInLastBits(parts: number[]): boolean {
  const isNat64 = parts[0] === 0x64 && parts[1] === 0xff9b;
  const isZeroSoFar = parts.slice(0, 4).every((part) => part === 0);
  // `::` and `::1` are addresses of their own, not 0.0.0.0 and 0.0.0.1.
  const isCompatible = isZeroSoFar && parts[4] === 0 && parts[5] === 0 && parts[6] !== 0;
  const isMapped = isZeroSoFar && parts[4] === 0 && parts[5] === 0xffff;
  const isTranslated = isZeroSoFar && parts[4] === 0xffff && parts[5] === 0;
  return isNat64 || isCompatible || isMapped || isTranslated;
}

function ipv4At(parts: readonly number[], index: number): ipaddr.IPv4 {
  const high = parts[index] ?? 0;
  const low = parts[index + 1] ?? 0;
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);
}
