import { Problem } from '../../domain/problem.js';
import { overlapBody, page } from '../../domain/schemas/requests.js';
import { keyListView, newKeyView } from '../../domain/schemas/views.js';
import type { Tx } from '../../store/database.js';
import { createKey, endKey, listKeys, readKey, revokeKey, type KeyRow } from '../../store/keys.js';
import type { Authenticator } from '../authenticate.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { inTransaction } from '../in-transaction.js';
import { journalDeed } from '../journal-deed.js';
import type { Call, Route } from '../route.js';
import { viewKey } from '../views/client.js';

const shared = { scope: 'keys:write', tag: 'Keys' } as const;
const HOUR_MS = 3_600_000;

/** A client's own keys: seen, renewed without a break, revoked, even the one that asks. */
export function keyRoutes({ forget }: Pick<Authenticator, 'forget'>): Route[] {
  return [list, rotate(forget), revoke(forget)];
}

const list = inTransaction({
  ...shared,
  method: 'get',
  path: '/v1/keys',
  summary: 'List your keys; the keys themselves are shown once only, when they are made',
  query: page,
  answers: { 200: { description: 'A page', schema: keyListView } },
  async work(tx, { query: { limit, cursor }, caller }) {
    const rows = await listKeys(tx, caller.clientId, decodeCursor(cursor, 'key'), limit + 1);
    return { status: 200, body: pageOf(rows, limit, viewKey) };
  },
});

const rotate = (forget: () => void): Route =>
  inTransaction({
    ...shared,
    method: 'post',
    path: '/v1/keys/{id}/rotate',
    params: { id: 'key' },
    summary: 'Make a key’s successor; both work until the overlap ends',
    body: overlapBody,
    answers: { 201: { description: 'The new key, shown once', schema: newKeyView } },
    problems: ['key_not_active'],
    async work(tx, call, deps) {
      const now = deps.clock.now();
      const old = await keyOr404(tx, call);
      if (old.revoked_at !== null || (old.expires_at !== null && old.expires_at <= now))
        throw new Problem('key_not_active');
      const { clientId } = call.caller;
      const { environment } = deps.connection;
      // The successor lives as long as its predecessor was meant to live from now on.
      const made = await createKey(tx, {
        clientId,
        environment,
        scopes: old.scopes,
        expiresAt: old.expires_at,
        now,
      });
      await endKey(tx, clientId, old.id, new Date(now.getTime() + call.body.overlapHours * HOUR_MS));
      await journalDeed(tx, call, deps, 'rotate', old.id, { successor: made.id });
      return { status: 201, body: { ...made, expiresAt: made.expiresAt?.toISOString() ?? null } };
    },
    after: forget,
  });

const revoke = (forget: () => void): Route =>
  inTransaction({
    ...shared,
    method: 'delete',
    path: '/v1/keys/{id}',
    params: { id: 'key' },
    summary: 'Revoke a key, at once',
    answers: { 204: { description: 'Revoked' } },
    async work(tx, call, deps) {
      const { id } = await keyOr404(tx, call);
      await revokeKey(tx, call.caller.clientId, id, deps.clock.now());
      await journalDeed(tx, call, deps, 'revoke', id);
      return { status: 204 };
    },
    after: forget,
  });

async function keyOr404(tx: Tx, call: Call): Promise<KeyRow> {
  const row = await readKey(tx, call.caller.clientId, call.params['id'] ?? '');
  if (row === undefined) throw new Problem('not_found', { detail: 'There is no such key.' });
  return row;
}
