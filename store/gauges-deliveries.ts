import { sql } from 'kysely';
import type { Gauge } from './gauges.js';

/** Webhooks and mails: what waits, and for how long. */
export const DELIVERY_GAUGES: readonly Gauge[] = [
  {
    name: 'paraphe_webhook_backlog',
    help: 'Deliveries that wait, retries of dead endpoints included',
    query: () => sql`select count(*) as value from paraphe.delivery where status = 'pending'`,
  },
  {
    name: 'paraphe_webhook_due_oldest_seconds',
    help: 'Since the delivery that is longest overdue should have been tried, throttled ones included; 0 without any',
    query: ({ now }) =>
      sql`select greatest(0, coalesce(extract(epoch from ${now}::timestamptz - min(next_attempt_at)), 0)) as value
        from paraphe.delivery where status = 'pending'`,
  },
  {
    name: 'paraphe_webhook_endpoints',
    help: 'Endpoints: enabled ones that do not fail, failing for over 30 minutes, disabled by us, disabled by their client',
    query: ({ now }) =>
      sql`select s.status, count(e.status) as value
        from (values ('enabled'), ('failing'), ('dead'), ('disabled')) s (status)
        left join (select case
            when status = 'disabled' and disabled_reason in ('failing', 'gone') then 'dead'
            when status = 'disabled' then 'disabled'
            when first_failure_at < ${now}::timestamptz - interval '30 minutes' then 'failing'
            else 'enabled' end as status
          from paraphe.webhook_endpoint) e on e.status = s.status group by 1`,
  },
  {
    name: 'paraphe_webhook_endpoints_died_hour',
    help: 'Endpoints that we disabled in the last hour',
    query: ({ now }) =>
      sql`select count(*) as value from paraphe.webhook_endpoint
        where status = 'disabled' and disabled_reason in ('failing', 'gone')
          and disabled_at > ${now}::timestamptz - interval '1 hour'`,
  },
  {
    name: 'paraphe_webhook_failing_oldest_seconds',
    help: 'Since the enabled endpoint that fails the longest began to; 0 without any',
    query: ({ now }) =>
      sql`select coalesce(extract(epoch from ${now}::timestamptz - min(first_failure_at)), 0) as value
        from paraphe.webhook_endpoint where status = 'enabled'`,
  },
  {
    name: 'paraphe_mails_waiting',
    help: 'Mails of our own that wait to be sent',
    query: () =>
      sql`select count(*) as value from paraphe.mail
        where sent_at is null and handed_at is null and failure is null`,
  },
  {
    name: 'paraphe_mails_oldest_seconds',
    help: 'Since the oldest of them was called for; 0 without any',
    query: ({ now }) =>
      sql`select coalesce(extract(epoch from ${now}::timestamptz - min(created_at)), 0) as value from paraphe.mail
        where sent_at is null and handed_at is null and failure is null`,
  },
  {
    name: 'paraphe_mails_failed_day',
    help: 'Mails given up, of those called for in the last day',
    query: ({ now }) =>
      sql`select count(*) as value from paraphe.mail
        where failure <> 'outdated' and created_at > ${now}::timestamptz - interval '1 day'`,
  },
];
