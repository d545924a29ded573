import type { Socket } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import { parseAddress } from '../../domain/webhooks/address.js';
import type { ResolvedTarget } from '../../domain/webhooks/resolve-target.js';

/** A client certificate for mutual TLS, and authorities to trust besides the usual ones; all PEM. */
export interface TlsIdentity {
  cert?: string;
  key?: string;
  passphrase?: string;
  ca?: string;
}

type LookupCallback = (error: Error | null, addresses: { address: string; family: number }[]) => void;

/**
 * A connector for undici that reaches the checked addresses of one target and nothing else, while TLS and the
 * Host header keep the name. It asks no DNS: the look-up was done once, by `resolveTarget`, and what a second
 * one would answer is of no interest.
 */
export function createPinnedConnector(
  target: Pick<ResolvedTarget, 'addresses'>,
  connectTimeoutMs: number,
  tls?: TlsIdentity,
): buildConnector.connector {
  const pinned = target.addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const connect = buildConnector({
    ...(tls === undefined ? {} : { secureContext: secureContextOf(tls) }),
    timeout: connectTimeoutMs,
    allowH2: false,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
    autoSelectFamily: true,
    lookup: (_host: string, _options: unknown, callback: LookupCallback) => callback(null, pinned),
  });
  const allowed = new Set(target.addresses.map(canonical));
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error) return callback(error, null);
      if (isPinned(socket, allowed)) return callback(null, socket);
      // Literal hosts never pass through the look-up, so look at where the connection really went.
      socket.destroy();
      callback(new AddressMismatchError(), null);
    });
  };
}

/** Made once for all connections: reading a hundred authorities takes longer than a handshake. */
function secureContextOf({ ca, ...identity }: TlsIdentity): SecureContext {
  return createSecureContext({ ...identity, ...(ca === undefined ? {} : { ca: trustedWith(ca) }) });
}

/** Node trusts nobody else once authorities are named: the usual ones are named, too. */
export function trustedWith(ca: string): string[] {
  return [...rootCertificates, ca];
}

/** The connection ended up at an address that was not checked; nothing has been sent. */
export class AddressMismatchError extends Error {
  readonly code = 'ADDRESS_MISMATCH';

  constructor() {
    super('The connection did not go to a checked address');
  }
}

function isPinned(socket: Socket, allowed: ReadonlySet<string>): boolean {
  return socket.remoteAddress !== undefined && allowed.has(canonical(socket.remoteAddress));
}

function canonical(address: string): string {
  return parseAddress(address)?.toNormalizedString() ?? address;
}
