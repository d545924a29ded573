import { parseNetwork } from './address.js';
import type { Network } from './address.js';

/** Ports that a webhook may go to outside the ranges the operator let through. */
export const DEFAULT_PORTS: readonly number[] = [443, 8443];

export interface UrlPolicy {
  /** Inside these any port and plain http are allowed, too. */
  allowedNetworks: readonly Network[];
  ports: readonly number[];
}

export interface UrlPolicySettings {
  /** CIDRs or single addresses: WEBHOOK_ALLOWED_NETWORKS. */
  allowedNetworks?: readonly string[];
  ports?: readonly number[];
}

/**
 * Where webhooks may go, from the operator's settings.
 * @throws Error that names the first range which is none.
 */
export function createUrlPolicy(settings: UrlPolicySettings = {}): UrlPolicy {
  return {
    allowedNetworks: (settings.allowedNetworks ?? []).map(parseNetwork),
    ports: settings.ports ?? DEFAULT_PORTS,
  };
}
