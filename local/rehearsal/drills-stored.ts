import type { Drill, DrillDeps } from './drill.js';
import { pauseUpkeep } from './temporal-view.js';
import { query } from '../postgres/query.js';

/**
 * Faults that take hours or days to come about: the rows say that the time has passed. What the product would have
 * written is written, not what the gauges read.
 */
export function storedFaults(deps: DrillDeps): Drill {
  const put = (text: string, values: unknown[] = []) => query(deps.topology.site.databaseUrl, text, values);
  return {
    what: 'rows as the passing of time would leave them',
    alerts: STORED.flatMap(({ alerts }) => alerts),
    async inject() {
      // It would mend some of them within a minute.
      await pauseUpkeep(deps.topology.site.temporal.address, true);
      const { open, accepted, completed, endpoint } = deps;
      const names = { open, accepted, completed, endpoint };
      for (const { inject, about } of STORED) await put(inject, about === undefined ? [] : [names[about]]);
    },
    async heal() {
      for (const { heal } of STORED)
        for (const text of heal === undefined ? [] : [heal].flat()) await put(text);
      await pauseUpkeep(deps.topology.site.temporal.address, false);
    },
  };
}

interface Stored {
  readonly alerts: readonly string[];
  readonly about?: 'open' | 'accepted' | 'completed' | 'endpoint';
  readonly inject: string;
  readonly heal?: string | string[];
}

const connection = '(select id from paraphe.connection limit 1)';
const client = '(select client_id from paraphe.contract limit 1)';

const STORED: readonly Stored[] = [
  {
    alerts: ['BackupLate'],
    inject: `with gone as (delete from paraphe.backup)
      insert into paraphe.backup (at, ended_at, bytes) values (now() - interval '27 hours', now(), 1)`,
    heal: 'insert into paraphe.backup (at, ended_at, bytes) values (now(), now(), 1)',
  },
  {
    alerts: ['JournalAnchorLate', 'JournalBroken'],
    inject: `update paraphe.journal_head set anchored_at = now() - interval '27 hours', hash = reverse(hash)`,
    heal: 'update paraphe.journal_head set anchored_at = now(), hash = reverse(hash)',
  },
  {
    alerts: ['JournalUnchained'],
    inject: `insert into paraphe.journal (at, actor, action, object, outcome)
      values (now() - interval '11 minutes', 'system', 'rehearse', 'none', 'done')`,
  },
  {
    alerts: ['ArchiveDamaged'],
    about: 'completed',
    inject: `insert into paraphe.archive_fault values ('rehearsed', $1, 'damaged', now())`,
    heal: `delete from paraphe.archive_fault where key = 'rehearsed'`,
  },
  {
    alerts: ['KeyExpiring', 'KeyExpiringSoon'],
    inject: `with made as (insert into paraphe.client (id, name, scopes, created_at)
        values ('cli_rehearsed', 'rehearsed', '{}', now()) returning id)
      insert into paraphe.api_key (id, client_id, hash, hint, scopes, created_at, expires_at)
      select 'key_rehearsed', id, '\\x00', 'x', '{}', now(), now() + interval '3 days' from made`,
    heal: [
      `delete from paraphe.api_key where id = 'key_rehearsed'`,
      `delete from paraphe.client where id = 'cli_rehearsed'`,
    ],
  },
  {
    alerts: ['UncertainOutcome', 'UncertainOutcomeOld'],
    about: 'open',
    inject: `insert into paraphe.platform_call (connection_id, contract_id, operation, intent, priority, at, outcome)
      values (${connection}, $1, 'cancel', 'rehearsed', 3, now() - interval '2 hours', 'unknown')`,
    heal: `delete from paraphe.platform_call where intent = 'rehearsed'`,
  },
  {
    alerts: ['MailsLate', 'MailsFailed'],
    inject: `insert into paraphe.mail (key, client_id, kind, created_at, next_attempt_at, failure) values
      ('rehearsed late', ${client}, 'rehearsed', now() - interval '20 minutes', now() + interval '1 hour', null),
      ('rehearsed failed', ${client}, 'rehearsed', now(), now(), 'refused')`,
    heal: `delete from paraphe.mail where kind = 'rehearsed'`,
  },
  {
    alerts: ['ContractsOverdue'],
    about: 'open',
    inject: `update paraphe.contract set deadline = now() - interval '20 minutes' where id = $1`,
    heal: `update paraphe.contract set deadline = (state->>'deadline')::timestamptz`,
  },
  {
    alerts: ['ContractsStuck'],
    about: 'accepted',
    inject: `update paraphe.contract set updated_at = now() - interval '3 hours' where id = $1`,
    heal: 'update paraphe.contract set updated_at = now()',
  },
  {
    alerts: ['WebhookBacklog'],
    inject: `update paraphe.delivery set status = 'pending', workflow_started_at = now(),
      next_attempt_at = now() - interval '10 minutes'
      where id = (select id from paraphe.delivery where status = 'delivered' limit 1)`,
    heal: `update paraphe.delivery set status = 'delivered', next_attempt_at = null
      where next_attempt_at < now() - interval '9 minutes'`,
  },
  {
    alerts: ['WebhookEndpointFailing'],
    about: 'endpoint',
    inject: `update paraphe.webhook_endpoint set first_failure_at = now() - interval '1 hour' where id = $1`,
    heal: `update paraphe.webhook_endpoint set first_failure_at = null`,
  },
  {
    alerts: ['VerificationIndeterminate'],
    about: 'completed',
    inject: `update personal.verification_report set verification = 'indeterminate' where contract_id = $1`,
    heal: `update personal.verification_report set verification = 'passed' where verification = 'indeterminate'`,
  },
];
