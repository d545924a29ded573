import { sql } from 'kysely';
import type { Gauge } from './gauges.js';

/** Proof, journal, keys, backups. */
export const SAFEKEEPING_GAUGES: readonly Gauge[] = [
  {
    name: 'paraphe_verifications',
    help: 'Signed documents that are kept, by the verdict on their signatures',
    query: () =>
      sql`select v.verdict, count(r.verification) as value
        from (values ('passed'), ('indeterminate'), ('failed')) v (verdict)
        left join personal.verification_report r on r.verification = v.verdict group by 1`,
  },
  {
    name: 'paraphe_verifications_failed_hour',
    help: 'Signed documents whose signatures were found wrong in the last hour',
    query: ({ now }) =>
      sql`select count(*) as value from personal.verification_report
        where verification = 'failed' and verified_at > ${now}::timestamptz - interval '1 hour'`,
  },
  {
    name: 'paraphe_archive_faults',
    help: 'Archived files that are missing or damaged',
    query: () =>
      sql`select k.kind, count(f.kind) as value from (values ('missing'), ('damaged')) k (kind)
        left join paraphe.archive_fault f on f.kind = k.kind group by 1`,
  },
  {
    name: 'paraphe_journal_ok',
    help: '1 when the end of the journal is the entry that its head names, else 0',
    query: () =>
      sql`select (h.position = coalesce(j.position, 0) and (j.hash is null or h.hash = j.hash))::int as value
        from paraphe.journal_head h
        left join lateral (select position, hash from paraphe.journal where position is not null
          order by position desc limit 1) j on true`,
  },
  {
    name: 'paraphe_journal_unchained_oldest_seconds',
    help: 'Since the oldest entry that is not in the chain was written; 0 without any',
    query: ({ now }) =>
      sql`select coalesce(extract(epoch from ${now}::timestamptz - min(at)), 0) as value
        from paraphe.journal where position is null`,
  },
  {
    name: 'paraphe_journal_anchor_age_seconds',
    help: 'Since the head was last written down outside the database; before the first time, of the oldest entry',
    query: ({ now }) =>
      sql`select coalesce(extract(epoch from ${now}::timestamptz - coalesce(anchored_at,
        (select at from paraphe.journal order by id limit 1))), 0) as value from paraphe.journal_head`,
  },
  {
    name: 'paraphe_personal_reads_hour',
    help: 'Reads of personal data in the last hour, as the journal has them',
    query: ({ now }) =>
      sql`select count(*) as value from paraphe.journal
        where at > ${now}::timestamptz - interval '1 hour' and action like 'read%'`,
  },
  {
    name: 'paraphe_keys_expiring',
    help: 'Keys of clients that expire within the horizon, replaced ones left out',
    query: ({ now }) =>
      sql`select h.horizon, count(k.id) as value
        from (values ('7d', interval '7 days'), ('30d', interval '30 days')) h (horizon, span)
        left join paraphe.api_key k on k.revoked_at is null
          and k.expires_at > ${now}::timestamptz and k.expires_at <= ${now}::timestamptz + h.span
          and not exists (select from paraphe.api_key other where other.client_id = k.client_id
            and other.id <> k.id and other.revoked_at is null
            and coalesce(other.expires_at, 'infinity') > k.expires_at)
        group by 1`,
  },
  {
    name: 'paraphe_backup_age_seconds',
    help: 'Age of the state that the newest backup holds; before the first one, of the service',
    query: ({ now }) =>
      sql`select extract(epoch from ${now}::timestamptz - coalesce((select max(at) from paraphe.backup),
        (select min(created_at) from paraphe.connection))) as value`,
  },
];
