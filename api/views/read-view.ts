import type { ContractRow } from '../../store/contracts-read.js';
import { openPersonal } from '../../store/personal.js';
import type { ApiDeps } from '../deps.js';
import { viewContract } from './contract.js';

/** The answer for a contract as it was read. */
export async function viewRow(
  row: ContractRow,
  deps: Pick<ApiDeps, 'vault' | 'estimate'>,
  fields: readonly string[] | null,
): Promise<object> {
  const [view] = await viewRows([row], deps, fields);
  return view!;
}

/** The same for many: when they will be published is calculated once. */
export async function viewRows(
  rows: ContractRow[],
  deps: Pick<ApiDeps, 'vault' | 'estimate'>,
  fields: readonly string[] | null,
): Promise<object[]> {
  const waiting = rows.filter(({ state }) => state.status === 'accepted');
  const dates = await deps.estimate(
    waiting.map(({ id, state: { deadline, createdAt } }) => ({
      id,
      deadline: new Date(deadline),
      createdAt: new Date(createdAt),
    })),
  );
  return rows.map((row) => view(row, deps, dates.get(row.id) ?? null, fields));
}

function view(
  row: ContractRow,
  { vault }: Pick<ApiDeps, 'vault'>,
  publishBy: Date | null,
  fields: readonly string[] | null,
): object {
  const personal =
    row.wrapped_key === null || row.sealed === null
      ? null
      : openPersonal(vault.unwrap(row.wrapped_key, row.id), row.id, row.sealed);
  const parts = {
    state: row.state,
    personal,
    reference: row.reference,
    metadata: row.metadata,
    signatoryReferences: row.signatory_references,
    askedReason: row.asked_reason,
    language: row.language,
    publishBy,
  };
  return viewContract(parts, fields);
}
