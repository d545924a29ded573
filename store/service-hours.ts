import { sql } from 'kysely';
import type { Database, Tx } from './database.js';

/** Notes that the service is up in this minute. */
export async function noteUp(db: Database, now: Date): Promise<void> {
  await sql`insert into paraphe.service_hour as h (hour, minutes)
    values (date_trunc('hour', ${now}::timestamptz, 'UTC'),
      set_bit(repeat('0', 60)::bit(60), extract(minute from ${now}::timestamptz)::int, 1))
    on conflict (hour) do update set minutes = h.minutes | excluded.minutes`.execute(db);
}

/**
 * The share of a period's minutes in which the service was up, of those since it was first up and until now; null
 * when there are none. The minute of now counts: somebody is being answered.
 */
export async function readAvailability(tx: Tx, from: Date, to: Date, now: Date): Promise<number | null> {
  const { rows } = await sql<{ total: number; up: number }>`
    with up as (
      select hour + minute * interval '1 minute' as at
      from paraphe.service_hour, generate_series(0, 59) as minute where get_bit(minutes, minute) = 1
      union select date_trunc('minute', ${now}::timestamptz)),
    period as (
      select greatest(date_trunc('minute', ${from}::timestamptz), (select min(at) from up)) as first,
        least(date_trunc('minute', ${to}::timestamptz), date_trunc('minute', ${now}::timestamptz)) as last)
    select (extract(epoch from max(last) - max(first)) / 60 + 1)::int as total, count(up.at)::int as up
    from period left join up on up.at between first and last`.execute(tx);
  const { total, up } = rows[0] ?? { total: 0, up: 0 };
  return total <= 0 ? null : Math.round((up / total) * 1_000_000) / 1_000_000;
}
