import type pg from 'pg';

/** Our tables, those that others refer to first. */
export async function tablesInOrder(client: pg.Client): Promise<string[]> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('paraphe', 'personal') order by 1`,
  );
  const { rows: references } = await client.query<{ of: string; to: string }>(
    // Named in full: a role called paraphe has our schema on its path, and regclass would leave it out.
    `select format('%I.%I', a.relnamespace::regnamespace, a.relname) as of,
       format('%I.%I', b.relnamespace::regnamespace, b.relname) as to
     from pg_constraint c join pg_class a on a.oid = c.conrelid join pg_class b on b.oid = c.confrelid
     where c.contype = 'f' and c.conrelid <> c.confrelid`,
  );
  const placed: string[] = [];
  const place = (name: string): void => {
    if (placed.includes(name)) return;
    for (const { of, to } of references) if (of === name) place(to);
    placed.push(name);
  };
  for (const { name } of tables) place(name);
  return placed;
}

/** Columns that hold something of their own, in the table's order. */
export async function columnsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  );
  return rows.map(({ name }) => name);
}

export async function migrationsOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select name from public.migration order by name');
  return rows.map(({ name }) => name);
}
