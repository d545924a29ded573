import type { Selectable } from 'kysely';
import type { Tx } from './database.js';
import type { Tables } from './tables.js';

const COLUMNS = [
  'contract.id',
  'contract.client_id',
  'contract.connection_id',
  'contract.reference',
  'contract.state',
  'contract.metadata',
  'contract.signatory_references',
  'contract.asked_reason',
  'contract.language',
  'contract.workflow_started_at',
] as const;

export type ContractRow = Pick<
  Selectable<Tables['paraphe.contract']>,
  | 'id'
  | 'client_id'
  | 'connection_id'
  | 'reference'
  | 'state'
  | 'metadata'
  | 'signatory_references'
  | 'asked_reason'
  | 'language'
  | 'workflow_started_at'
> & { wrapped_key: Buffer | null; sealed: Buffer | null };

export interface ContractFilter {
  status?: string | undefined;
  reference?: string | undefined;
  /** Both inclusive. */
  createdFrom?: Date | undefined;
  createdTo?: Date | undefined;
}

/** One contract with its sealed personal fields, as far as the transaction's client may see it. */
export function readContract(tx: Tx, id: string): Promise<ContractRow | undefined> {
  return contracts(tx).where('contract.id', '=', id).executeTakeFirst();
}

/**
 * A client's contracts, newest first. The client is named although row-level security fixes it: that gives no index to
 * go by, and would be applied to the contracts of all.
 */
export function listContracts(
  tx: Tx,
  clientId: string,
  filter: ContractFilter,
  before: string | null,
  limit: number,
): Promise<ContractRow[]> {
  let query = contracts(tx)
    .where('contract.client_id', '=', clientId)
    .orderBy('contract.id', 'desc')
    .limit(limit);
  if (before !== null) query = query.where('contract.id', '<', before);
  if (filter.status !== undefined) query = query.where('contract.status', '=', filter.status);
  if (filter.reference !== undefined) query = query.where('contract.reference', '=', filter.reference);
  if (filter.createdFrom !== undefined) query = query.where('contract.created_at', '>=', filter.createdFrom);
  if (filter.createdTo !== undefined) query = query.where('contract.created_at', '<=', filter.createdTo);
  return query.execute();
}

/** Notes the wording of a reason before the workflow is asked (domain/messages.ts, `Cancel`). */
export async function noteReason(tx: Tx, id: string, reason: string | null): Promise<void> {
  await tx.updateTable('paraphe.contract').set({ asked_reason: reason }).where('id', '=', id).execute();
}

function contracts(tx: Tx) {
  return tx
    .selectFrom('paraphe.contract as contract')
    .leftJoin('personal.contract_data as data', 'data.contract_id', 'contract.id')
    .select(COLUMNS)
    .select(['data.wrapped_key', 'data.sealed']);
}
