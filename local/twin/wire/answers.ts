import { attemptsLeft } from '../contract/sign.js';
import type { Account, Contract, ContractStatus, Signatory, StoredDocument } from '../model.js';
import type { Documents } from '../record/documents.js';

export interface ListFilter {
  readonly status?: readonly ContractStatus[] | null | undefined;
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
}

/** The answer of contractListRequest: all matches at once, bounds inclusive. */
export function listOf(all: Iterable<Contract>, user: string, filter: ListFilter): object {
  const from = filter.from ? Date.parse(filter.from) : Number.NEGATIVE_INFINITY;
  const to = filter.to ? Date.parse(filter.to) : Number.POSITIVE_INFINITY;
  const contracts: object[] = [];
  for (const one of all) {
    if (one.apiUser !== user || (filter.status && !filter.status.includes(one.status))) continue;
    const createdAt = Date.parse(one.createdAt);
    if (createdAt < from || createdAt > to) continue;
    contracts.push({
      contractId: one.id,
      label: one.label,
      status: one.status,
      createdAt: one.createdAt,
      updatedAt: one.updatedAt,
    });
  }
  return { contracts };
}

/** The answer of contractDetailRequest. `mobile` is this twin's own addition, for what was completed on the site. */
export async function detailOf(contract: Contract, account: Account, documents: Documents): Promise<object> {
  return {
    contractId: contract.id,
    label: contract.label,
    language: contract.language,
    status: contract.status,
    createdAt: contract.createdAt,
    updatedAt: contract.updatedAt,
    deadline: contract.deadline,
    signedAt: contract.signedAt,
    signatories: contract.signatories.map((one) => signatoryOf(one, account)),
    mainDocument: await Promise.all(contract.mainDocument.map((one) => documentOf(one, documents))),
    annexes: await Promise.all(contract.annexes.map((one) => documentOf(one, documents))),
    log: contract.log,
  };
}

function signatoryOf(one: Signatory, account: Account): object {
  return {
    signatoryId: one.id,
    firstName: one.firstName,
    lastName: one.lastName,
    email: one.email,
    ...(one.mobile === null ? {} : { mobile: one.mobile }),
    status: one.status,
    signedAt: one.signedAt,
    smsSent: one.sms.length,
    attemptsLeft: attemptsLeft(account, one),
    ...(one.deposit === null ? {} : { deposit: one.deposit }),
  };
}

async function documentOf(one: StoredDocument, documents: Documents): Promise<object> {
  const data = (await documents.get(one.digest)).toString('base64');
  if (one.sealed === null) return { name: one.name, data };
  return { name: one.name, data, 'data.sign': (await documents.get(one.sealed)).toString('base64') };
}
