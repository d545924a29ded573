import type { ClientRow } from '../../store/clients.js';
import type { KeyRow } from '../../store/keys.js';

export function viewClient(row: ClientRow): object {
  return {
    id: row.id,
    name: row.name,
    contact: { email: row.email },
    scopes: row.scopes,
    fields: row.fields,
    limits: row.limits,
    settings: row.settings,
    allowedNetworks: row.allowed_networks,
    status: row.status,
    expiresAt: row.expires_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

export function viewKey(row: KeyRow): object {
  return {
    id: row.id,
    hint: row.hint,
    scopes: row.scopes,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
