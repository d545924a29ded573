import type { Vault } from '../runtime/vault.js';

const PURPOSE = 'webhook endpoints';

/** What an endpoint's row keeps sealed with the master key (`webhook_endpoint.sealed`). */
export interface EndpointSecrets {
  /** `whsec_…`, newest first; `until` (RFC 3339) ends one that was replaced, null: no end. */
  secrets: { secret: string; until: string | null }[];
  /** The owner's own headers. */
  headers: Record<string, string>;
  /** OAuth 2 client credentials. */
  oauth?:
    | { tokenUrl: string; clientId: string; clientSecret: string; scope?: string; audience?: string }
    | undefined;
  /** Mutual TLS, all PEM. */
  tls?: { cert?: string; key?: string; passphrase?: string; ca?: string } | undefined;
}

/** Seals for `webhook_endpoint.sealed`; bound to the endpoint's id. */
export function sealEndpointSecrets(vault: Vault, endpointId: string, secrets: EndpointSecrets): Buffer {
  return vault.sealFor(PURPOSE, Buffer.from(JSON.stringify(secrets)), endpointId);
}

/** @throws Error when the bytes are another endpoint's or were changed */
export function openEndpointSecrets(vault: Vault, endpointId: string, sealed: Buffer): EndpointSecrets {
  return JSON.parse(vault.openFor(PURPOSE, sealed, endpointId).toString()) as EndpointSecrets;
}

/** The secrets that sign at this time, newest first. */
export function secretsInForce({ secrets }: EndpointSecrets, now: Date): string[] {
  return secrets
    .filter(({ until }) => until === null || Date.parse(until) > now.getTime())
    .map(({ secret }) => secret);
}
