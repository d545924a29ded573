import type { Account, Contract, Signatory } from '../model.js';
import type { State } from '../record/state.js';
import { TwinError } from '../twin-error.js';

/** The account's own contract; another's is as unknown as one that never was. */
export function findContract(state: State, account: Account, contractId: string): Contract {
  const contract = state.contracts.get(contractId);
  if (contract === undefined || contract.apiUser !== account.user) throw new TwinError('unknown_contract');
  return contract;
}

export function findSignatory(contract: Contract, signatoryId: string): Signatory {
  const signatory = contract.signatories.find((one) => one.id === signatoryId);
  if (signatory === undefined) throw new TwinError('unknown_signatory');
  return signatory;
}
