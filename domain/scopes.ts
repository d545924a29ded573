/** What a key may do (api.md, *Authentication*); `admin` is for operators. */
export const CLIENT_SCOPES = [
  'contracts:write',
  'contracts:read',
  'documents:read',
  'signatures:write',
  'webhooks:write',
  'webhooks:read',
  'events:read',
  'keys:write',
] as const;
export const SCOPES = [...CLIENT_SCOPES, 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
