import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Archive } from '../../adapters/archive/archive.js';

const DEPOSITED_BYTES = 60_000;
const SIGNED_BYTES = 80_000;
const EVIDENCE_BYTES = 30_000;
const AT_ONCE = 16;

/** Contracts that are over, each with a deposited document in PostgreSQL, a signed one and evidence in the archive. */
export async function fill(databaseUrl: string, archive: Archive, contracts: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `insert into paraphe.client (id, name, scopes, created_at) values ('cli_1', 'bench', '{}', now())`,
    );
    await client.query(`insert into paraphe.connection (id, environment, url, api_user, sms_limit, attempt_limit, created_at)
      values ('con_1', 'sandbox', 'http://127.0.0.1', 'u', 5, 5, now())`);
    await client.query(
      `insert into paraphe.contract (id, client_id, connection_id, status, deadline, state, version, language,
         notify_signatories, notify_owner, created_at, updated_at)
       select 'ctr_' || lpad(n::text, 26, '0'), 'cli_1', 'con_1', 'completed', now(), '{"status": "completed"}', 9, 'fr',
         true, true, now(), now() from generate_series(1, $1::int) n`,
      [contracts],
    );
    await client.query(
      `insert into personal.contract_data select id, 'cli_1', $1, $2 from paraphe.contract`,
      [randomBytes(40), randomBytes(1_500)],
    );
    await client.query(
      `insert into personal.document_content
       select 'doc_' || substr(id, 5), 'cli_1', id, null, $1, 'x', 1, 1, now() from paraphe.contract`,
      [randomBytes(DEPOSITED_BYTES)],
    );
    await client.query(
      `insert into paraphe.event (id, client_id, contract_id, sequence, type, body, occurred_at, observed_at)
       select 'evt_' || n || substr(k.id, 5), 'cli_1', k.id, n, 'contract.published', repeat('x', 700), now(), now()
       from paraphe.contract k, generate_series(1, 6) n`,
    );
  } finally {
    await client.end();
  }
  await fillArchive(archive, contracts);
}

async function fillArchive(archive: Archive, contracts: number): Promise<void> {
  const numbers = Array.from({ length: contracts }, (_, n) => String(n + 1).padStart(26, '0'));
  const next = async (): Promise<void> => {
    for (let id = numbers.pop(); id !== undefined; id = numbers.pop()) {
      await archive.put(`signed/ctr_${id}/doc_${id}/x`, randomBytes(SIGNED_BYTES));
      await archive.put(`evidence/ctr_${id}/x`, randomBytes(EVIDENCE_BYTES));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}
