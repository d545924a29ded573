import { sql } from 'kysely';
import { WINDOW_MS } from '../domain/quota/policy.js';
import type { Gauge, GaugeContext } from './gauges.js';

const used = ({ connection, now }: GaugeContext) => sql`(
  select count(*) from paraphe.platform_call
  where connection_id = ${connection.id} and counted and at > ${new Date(now.getTime() - WINDOW_MS)})`;

/** Without an answer that counts, and nothing settled since; what is seconds old is only under way. */
const uncertain = (now: Date) => sql`
  from paraphe.platform_call c join paraphe.contract k on k.id = c.contract_id
  where c.intent is not null and c.at > ${now}::timestamptz - interval '7 days'
    and (c.outcome = 'unknown' or c.outcome is null and c.at < ${now}::timestamptz - interval '2 minutes')
    and k.status in ('accepted', 'draft', 'open', 'attention')
    and not exists (select from paraphe.platform_call later
      where later.intent = c.intent and later.id > c.id and later.outcome in ('done', 'refused'))`;

/** The quota and what is known of the platform. */
export const PLATFORM_GAUGES: readonly Gauge[] = [
  {
    name: 'paraphe_quota_limit',
    help: 'Requests that the platform allows in 24 hours; absent where it counts none',
    query: ({ connection }) => sql`select ${connection.dailyQuota}::float8 as value`,
  },
  {
    name: 'paraphe_quota_used',
    help: 'Requests that count in the running window',
    query: (context) => sql`select ${used(context)} as value`,
  },
  {
    name: 'paraphe_quota_left',
    help: 'Requests that are still free in the running window; absent where none are counted',
    query: (context) =>
      sql`select greatest(0, ${context.connection.dailyQuota}::int8 - ${used(context)}) as value
        where ${context.connection.dailyQuota}::int8 is not null`,
  },
  {
    name: 'paraphe_quota_queued',
    help: 'Accepted contracts that wait to be published',
    query: ({ connection }) =>
      sql`select count(*) as value from paraphe.contract
        where connection_id = ${connection.id} and status = 'accepted'`,
  },
  {
    name: 'paraphe_platform_reachable',
    help: '1 when the last request to the platform was answered, else 0; absent before the first',
    query: ({ connection }) =>
      sql`select (outcome in ('done', 'refused'))::int as value from paraphe.platform_call
        where connection_id = ${connection.id} and outcome is not null order by id desc limit 1`,
  },
  {
    name: 'paraphe_platform_keys_refused',
    help: '1 when the last request to the platform was refused for its keys, else 0',
    query: ({ connection }) =>
      sql`select coalesce((select (coalesce(code, '') in ('invalid_keys', 'wrong_platform'))::int
        from paraphe.platform_call where connection_id = ${connection.id} and outcome is not null
        order by id desc limit 1), 0) as value`,
  },
  {
    name: 'paraphe_quota_refused_hour',
    help: 'Requests of the last hour that the platform refused for want of quota, although we had some left',
    query: ({ connection, now }) =>
      sql`select count(*) as value from paraphe.platform_call
        where connection_id = ${connection.id} and code = 'quota_exceeded'
          and at > ${now}::timestamptz - interval '1 hour'`,
  },
  {
    name: 'paraphe_platform_answer_age_seconds',
    help: 'Since the platform answered last',
    query: ({ connection, now }) =>
      sql`select extract(epoch from ${now}::timestamptz - answered_at) as value from paraphe.platform_call
        where connection_id = ${connection.id} and outcome in ('done', 'refused') order by id desc limit 1`,
  },
  {
    name: 'paraphe_uncertain_outcomes',
    help: 'Platform requests whose outcome is not known and not settled since',
    query: ({ now }) => sql`select count(*) as value ${uncertain(now)}`,
  },
  {
    name: 'paraphe_uncertain_oldest_seconds',
    help: 'Since the oldest of them was sent; 0 without any',
    query: ({ now }) =>
      sql`select coalesce(extract(epoch from ${now}::timestamptz - min(c.at)), 0) as value ${uncertain(now)}`,
  },
];
