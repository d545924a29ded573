import type pg from 'pg';
import type { Archive } from '../../adapters/archive/archive.js';

interface ErasedRow {
  contract_id: string;
  client_id: string;
  purged_at: string;
  receipt: object | null;
}

/** Where a contract's persons and documents lie; the first holds its key, without which nothing of it opens. */
const PERSONAL = [
  `update personal.contract_data set wrapped_key = null, sealed = null where contract_id = $1`,
  `delete from personal.document_content where contract_id = $1`,
  `delete from personal.verification_report where contract_id = $1`,
  `delete from personal.platform_log where contract_id = $1`,
  `delete from paraphe.idempotency where contract_id = $1`,
];
const PLACES = ['signed', 'apart', 'evidence'];

/**
 * Erases what was erased after the backup was made.
 * @param lines rows of paraphe.retention as JSON
 * @returns how many contracts
 */
export async function eraseAgain(
  client: pg.Client,
  archive: Pick<Archive, 'list' | 'remove'>,
  lines: string[],
): Promise<number> {
  const rows = new Map(
    lines.map((line) => JSON.parse(line) as ErasedRow).map((row) => [row.contract_id, row]),
  );
  let erased = 0;
  for (const row of rows.values()) {
    const { rowCount } = await client.query(
      `select 1 from paraphe.contract k left join paraphe.retention r on r.contract_id = k.id
       where k.id = $1 and r.purged_at is null`,
      [row.contract_id],
    );
    if (rowCount === 0) continue;
    for (const statement of PERSONAL) await client.query(statement, [row.contract_id]);
    await client.query(
      `insert into paraphe.retention (contract_id, client_id, purged_at, receipt) values ($1, $2, $3, $4)
       on conflict (contract_id) do update set purged_at = excluded.purged_at, receipt = excluded.receipt`,
      [row.contract_id, row.client_id, row.purged_at, JSON.stringify(row.receipt)],
    );
    for (const place of PLACES)
      for (const key of await archive.list(`${place}/${row.contract_id}/`)) await archive.remove(key);
    erased += 1;
  }
  return erased;
}
