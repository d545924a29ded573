import type { z } from 'zod';
import { page } from '../../domain/schemas/requests.js';
import { connectionListView } from '../../domain/schemas/views.js';
import { listConnections, type ConnectionRow } from '../../store/connections.js';
import { readHealth } from '../../store/readiness.js';
import { readQuotaUse } from '../../store/usage.js';
import type { Tx } from '../../store/database.js';
import { decodeCursor, pageOf } from '../cursor.js';
import type { ApiDeps } from '../deps.js';
import { inTransaction } from '../in-transaction.js';

/** The platform accounts in use, for operators; never a key of theirs. */
export const connections = inTransaction({
  method: 'get',
  path: '/v1/admin/connections',
  scope: 'admin',
  tag: 'Operators',
  summary: 'List the platform accounts with their limits and their state',
  query: page,
  answers: { 200: { description: 'A page', schema: connectionListView } },
  async work(tx, { query: { limit, cursor } }, deps) {
    const rows = await listConnections(tx, decodeCursor(cursor, 'con'), limit + 1);
    const { data, nextCursor } = pageOf(rows, limit, (row) => viewConnection(tx, row, deps));
    return { status: 200, body: { data: await Promise.all(data), nextCursor } };
  },
});

type View = z.output<typeof connectionListView>['data'][number];

async function viewConnection(tx: Tx, row: ConnectionRow, { db, clock }: ApiDeps): Promise<View> {
  const { platform } = await readHealth(db, row.id);
  const { used } = await readQuotaUse(tx, row.id, clock.now());
  return {
    id: row.id,
    environment: row.environment,
    url: row.url,
    apiUser: row.api_user,
    dailyQuota: row.daily_quota,
    usedToday: used,
    smsLimit: row.sms_limit,
    attemptLimit: row.attempt_limit,
    timeZone: row.time_zone,
    reachable: platform,
    createdAt: row.created_at.toISOString(),
  };
}
