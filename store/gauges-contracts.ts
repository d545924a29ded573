import { sql } from 'kysely';
import type { Gauge } from './gauges.js';

const STATES = sql`(values ('accepted'), ('draft'), ('open'), ('signed'), ('attention'))`;

/** What a deed or a person may still do before a limit ends it: 0 is at the limit, 1 the last before it. */
const nearLimit = sql`
  select 'sms' as "limit", (k.state->'limits'->>'sms')::int + 1 - (s->>'smsSent')::int as "left"
  from paraphe.contract k, jsonb_array_elements(k.state->'signatories') s
  where k.status = 'open' and s->>'status' = 'pending' and (s->>'smsSent')::int > 0
  union all
  select 'attempt', (k.state->'limits'->>'attempts')::int - (s->>'failures')::int
  from paraphe.contract k, jsonb_array_elements(k.state->'signatories') s
  where k.status = 'open' and s->>'status' in ('pending', 'blocked') and (s->>'failures')::int > 0`;

/** Contracts that are not over, their deadlines and their limits. */
export const CONTRACT_GAUGES: readonly Gauge[] = [
  {
    name: 'paraphe_contracts',
    help: 'Contracts that are not over, by state',
    query: () =>
      sql`select state.name as state, count(k.id) as value from ${STATES} state (name)
        left join paraphe.contract k on k.status = state.name group by 1`,
  },
  {
    name: 'paraphe_contracts_oldest_seconds',
    help: 'Since the contract that is longest in that state was last changed; 0 without any',
    query: ({ now }) =>
      sql`select state.name as state, coalesce(extract(epoch from ${now}::timestamptz - min(k.updated_at)), 0) as value
        from ${STATES} state (name) left join paraphe.contract k on k.status = state.name group by 1`,
  },
  {
    name: 'paraphe_contracts_attention',
    help: 'Contracts that wait for a person, by reason',
    query: () =>
      sql`select coalesce(state->>'statusReason', 'unknown') as reason, count(*) as value from paraphe.contract
        where status = 'attention' group by 1`,
  },
  {
    name: 'paraphe_contracts_deadline_soon',
    help: 'Contracts that end within the horizon while somebody has still to sign, by state',
    query: ({ now }) =>
      sql`select h.horizon, s.state, count(k.id) as value
        from (values ('24h', interval '24 hours'), ('72h', interval '72 hours')) h (horizon, span)
        cross join (values ('accepted'), ('draft'), ('open')) s (state)
        left join paraphe.contract k on k.status = s.state
          and k.deadline > ${now}::timestamptz and k.deadline <= ${now}::timestamptz + h.span
        group by 1, 2`,
  },
  {
    name: 'paraphe_contracts_overdue',
    help: 'Contracts whose deadline passed over 15 minutes ago and that are neither signed nor over',
    query: ({ now }) =>
      sql`select count(*) as value from paraphe.contract
        where status in ('accepted', 'draft', 'open') and deadline < ${now}::timestamptz - interval '15 minutes'`,
  },
  {
    name: 'paraphe_contracts_unstarted_oldest_seconds',
    help: 'Since the oldest contract without a workflow was accepted or, if later, another was started; 0 without any',
    query: ({ now }) =>
      sql`select case when count(*) = 0 then 0 else extract(epoch from ${now}::timestamptz - greatest(min(created_at),
          (select max(workflow_started_at) from paraphe.contract))) end as value
        from paraphe.contract where workflow_started_at is null`,
  },
  {
    name: 'paraphe_signatories_near_limit',
    help: 'Signatories of open contracts with that many SMS or attempts left',
    query: () =>
      sql`select l."limit", l."left", count(n."left") as value
        from (values ('sms', 0), ('sms', 1), ('attempt', 0), ('attempt', 1)) l ("limit", "left")
        left join (${nearLimit}) n on n."limit" = l."limit" and greatest(0, n."left") = l."left" group by 1, 2`,
  },
];
