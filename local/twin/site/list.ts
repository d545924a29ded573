import type { Core } from '../core.js';
import type { Account, Contract, ContractStatus } from '../model.js';

const PAGE_SIZE = 50;
const STATUSES: readonly ContractStatus[] = ['draft', 'submitted', 'signed', 'cancelled', 'expired'];

export interface ListPart {
  readonly contracts: readonly Contract[];
  readonly status: ContractStatus | null;
  readonly page: number;
  readonly isLast: boolean;
}

/** One page of an account's contracts, newest first, as the address asks for it. */
export function readList(core: Core, account: Account, query: Record<string, unknown>): ListPart {
  const status = STATUSES.find((one) => one === query['status']) ?? null;
  const page = Math.max(1, Math.trunc(Number(query['page'])) || 1);
  const all = [...core.state.contracts.values()]
    .filter((one) => one.apiUser === account.user && (status === null || one.status === status))
    .toReversed();
  const contracts = all.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  return { contracts, status, page, isLast: page * PAGE_SIZE >= all.length };
}
