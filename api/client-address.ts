import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/**
 * Who asks, as an address: the peer, or, when that is a proxy of ours, who it says it speaks for: the last address in
 * X-Forwarded-For that is not such a proxy itself. What stands before that anybody could have written.
 * @param trusted networks of our proxies (TRUSTED_PROXIES); without any the header is not looked at
 */
export function createClientAddress(trusted: readonly string[]): (request: IncomingMessage) => string {
  const networks = trusted.map((network) => ipaddr.parseCIDR(network));
  return (request) => {
    const said = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    const hops = [...said.map((hop) => hop.trim()), request.socket.remoteAddress ?? ''];
    let address = hops.pop()!;
    while (hops.length > 0 && isWithin(address, networks) && ipaddr.isValid(hops.at(-1)!))
      address = hops.pop()!;
    return address;
  };
}

function isWithin(address: string, networks: readonly Network[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const from = ipaddr.process(address);
  return networks.some(([first, bits]) => first.kind() === from.kind() && from.match(first, bits));
}
