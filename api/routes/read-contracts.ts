import { firstInstant, lastInstant } from '../../domain/deadline.js';
import { Problem } from '../../domain/problem.js';
import { contractList } from '../../domain/schemas/requests.js';
import { contractListView, contractView } from '../../domain/schemas/views.js';
import { listContracts, readContract, type ContractRow } from '../../store/contracts-read.js';
import type { Tx } from '../../store/database.js';
import { writeJournal } from '../../store/journal.js';
import { decodeCursor, pageOf } from '../cursor.js';
import type { ApiDeps } from '../deps.js';
import { inTransaction } from '../in-transaction.js';
import type { Call } from '../route.js';
import { viewRow, viewRows } from '../views/read-view.js';

/** Writes down that a contract's personal data were read (CN18). */
export async function journalRead(
  tx: Tx,
  call: Call,
  deps: ApiDeps,
  object: string,
  detail?: Record<string, unknown>,
): Promise<void> {
  await writeJournal(tx, {
    at: deps.clock.now(),
    clientId: call.caller.clientId,
    actor: call.caller.keyId,
    action: 'read',
    object,
    outcome: 'shown',
    detail: { requestId: call.requestId, ...detail },
  });
}

/** @throws Problem when the caller has no such contract, or the contract none such */
export async function contractOr404(tx: Tx, call: Call): Promise<ContractRow> {
  const row = await readContract(tx, call.params['id'] ?? '');
  if (row === undefined) throw new Problem('not_found', { detail: 'There is no such contract.' });
  return row;
}

export const showContract = inTransaction({
  method: 'get',
  path: '/v1/contracts/{id}',
  scope: 'contracts:read',
  tag: 'Contracts',
  summary: 'Read a contract',
  params: { id: 'ctr' },
  answers: { 200: { description: 'The contract', schema: contractView } },
  async work(tx, call, deps) {
    const row = await contractOr404(tx, call);
    await journalRead(tx, call, deps, row.id);
    return { status: 200, body: await viewRow(row, deps, call.caller.fields) };
  },
});

export const showContracts = inTransaction({
  method: 'get',
  path: '/v1/contracts',
  scope: 'contracts:read',
  tag: 'Contracts',
  summary: 'List contracts, newest first',
  query: contractList,
  answers: { 200: { description: 'A page', schema: contractListView } },
  async work(tx, call, deps) {
    const { limit, cursor, createdFrom, createdTo, ...others } = call.query;
    const { timeZone } = deps.connection;
    const filter = {
      ...others,
      createdFrom: createdFrom === undefined ? undefined : firstInstant(createdFrom, timeZone),
      createdTo: createdTo === undefined ? undefined : lastInstant(createdTo, timeZone),
    };
    const before = decodeCursor(cursor, 'ctr');
    const rows = await listContracts(tx, call.caller.clientId, filter, before, limit + 1);
    const { data: page, nextCursor } = pageOf(rows, limit, (row) => row);
    const ids = page.map((row) => row.id);
    if (ids.length > 0) await journalRead(tx, call, deps, 'contracts', { ids });
    return { status: 200, body: { data: await viewRows(page, deps, call.caller.fields), nextCursor } };
  },
});
