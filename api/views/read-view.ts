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
  const { state } = row;
  const personal =
    row.wrapped_key === null || row.sealed === null
      ? null
      : openPersonal(deps.vault.unwrap(row.wrapped_key, row.id), row.id, row.sealed);
  const publishBy = state.status === 'accepted' ? await deps.estimate(row) : null;
  const parts = {
    state,
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
