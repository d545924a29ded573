import { sql } from 'kysely';
import type { Database } from './database.js';

/**
 * Removes events learned before a time, with their deliveries and attempts, oldest first and at most so many: one
 * statement stays short however many are due. Events of contracts that are not over stay: their evidence needs them.
 * @returns how many were removed
 */
export async function removeEventsBefore(db: Database, before: Date, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from paraphe.event where id in (
      select e.id from paraphe.event e left join paraphe.contract c on c.id = e.contract_id
      where e.observed_at < ${before}
        and (c.id is null or c.status in ('completed', 'cancelled', 'expired', 'rejected'))
      order by e.observed_at limit ${limit})`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
