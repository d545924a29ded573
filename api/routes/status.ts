import { z } from 'zod';
import { usageQuery } from '../../domain/schemas/requests.js';
import { readPlannedOutages } from '../../store/planned-outages.js';
import { readHealth } from '../../store/readiness.js';
import { firstInstant, lastInstant } from '../../domain/deadline.js';
import { readAvailability } from '../../store/service-hours.js';
import { readQuotaUse, readUsage } from '../../store/usage.js';
import { memberProblem } from '../../domain/problem.js';
import { inTransaction } from '../in-transaction.js';
import type { Route } from '../route.js';

const time = z.string().meta({ format: 'date-time' });
const statusView = z.object({
  platform: z.object({ reachable: z.boolean().nullable() }),
  quota: z
    .object({ limit: z.int(), used: z.int(), left: z.int(), freesAt: time.nullable() })
    .nullable()
    .meta({ description: 'null where the platform counts nothing (sandbox)' }),
  load: z.object({
    busy: z
      .number()
      .meta({ description: 'Share of the last five seconds in which this process worked, 0 to 1' }),
  }),
  version: z.string(),
  plannedOutages: z.array(z.object({ from: time, to: time, reason: z.string() })),
});
const usageView = z.object({
  from: time,
  to: time,
  calls: z.int(),
  contracts: z.int(),
  events: z.int(),
  availability: z.number().nullable().meta({
    description: 'Share of the minutes in which the service was up, 0 to 1; null where not measured',
  }),
});

const DAY_MS = 86_400_000;

const status = inTransaction({
  method: 'get',
  path: '/v1/status',
  scope: 'contracts:read',
  tag: 'State',
  summary: 'How the service and the platform are',
  answers: { 200: { description: 'The state now', schema: statusView } },
  async work(tx, _call, { connection, db, clock, version, busy: busyShare = () => 0 }) {
    const { platform } = await readHealth(db, connection.id);
    const { dailyQuota } = connection;
    const { used, freesAt } = await readQuotaUse(tx, connection.id, clock.now());
    const quota =
      dailyQuota === null
        ? null
        : {
            limit: dailyQuota,
            used,
            left: Math.max(0, dailyQuota - used),
            freesAt: freesAt?.toISOString() ?? null,
          };
    const plannedOutages = await readPlannedOutages(tx, clock.now());
    const busy = Math.round(busyShare() * 1000) / 1000;
    return {
      status: 200,
      body: { platform: { reachable: platform }, quota, load: { busy }, version, plannedOutages },
    };
  },
});

const usage = inTransaction({
  method: 'get',
  path: '/v1/usage',
  scope: 'contracts:read',
  tag: 'State',
  summary: 'What you used between two instants, the last 30 days unless told',
  query: usageQuery,
  answers: { 200: { description: 'Counts', schema: usageView } },
  async work(tx, { query, caller }, { clock, connection }) {
    const { from, to } = periodOf(query, clock.now(), connection.timeZone);
    const counts = await readUsage(tx, caller.clientId, from, to);
    const availability = await readAvailability(tx, from, to, clock.now());
    return {
      status: 200,
      body: { from: from.toISOString(), to: to.toISOString(), ...counts, availability },
    };
  },
});

/** How it is and how much was used. */
export const statusRoutes: Route[] = [status, usage];

/** @throws Problem when it ends before it begins */
function periodOf(
  query: { from?: string | undefined; to?: string | undefined },
  now: Date,
  timeZone: string,
): { from: Date; to: Date } {
  const to = query.to === undefined ? now : lastInstant(query.to, timeZone);
  const from =
    query.from === undefined ? new Date(to.getTime() - 30 * DAY_MS) : firstInstant(query.from, timeZone);
  if (from > to) throw memberProblem('invalid_request', '?from', 'is after `to`');
  return { from, to };
}
