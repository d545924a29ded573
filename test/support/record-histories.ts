import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Client } from '@temporalio/client';
import { projectRoot } from '../../local/project.js';
import type { Database } from '../../store/database.js';

export const HISTORIES = path.join(projectRoot, 'test', 'replay', 'histories');

/** Stores one history of each path that contracts took, by what was told of them (`npm run histories`). */
export async function recordHistories(db: Database, { workflow }: Client): Promise<void> {
  mkdirSync(HISTORIES, { recursive: true });
  const rows = await db.selectFrom('paraphe.contract').select(['id', 'state']).execute();
  for (const { id, state } of rows) {
    const told = await db
      .selectFrom('paraphe.event')
      .select('type')
      .where('contract_id', '=', id)
      .orderBy('sequence')
      .execute();
    const taken = [state.statusReason ?? '', ...told.map((event) => event.type)].join(' ');
    const name = `${state.status}-${createHash('sha256').update(taken).digest('hex').slice(0, 8)}.json`;
    const history = await workflow.getHandle(id).fetchHistory();
    // Stack traces of refusals name this machine's folder.
    const text = historyToJSON(history).replaceAll(`${projectRoot}${path.sep}`, '');
    writeFileSync(path.join(HISTORIES, name), `${text}\n`);
  }
}
