import type { ContractPersonal } from '../domain/personal.js';
import type { ContractState } from '../domain/contract/state.js';
import type { NewContract, NewFile } from '../domain/platform.js';
import type { Vault } from '../runtime/vault.js';
import { readDeposited } from '../store/contract-documents.js';
import type { Database } from '../store/database.js';
import { contractKey, readPersonal } from '../store/personal.js';

export interface ReaderDeps {
  db: Database;
  vault: Vault;
}

/** A contract with what its creation on the platform needs. */
export interface FullContract {
  state: ContractState;
  language: 'fr' | 'en';
  notify: { signatories: boolean; owner: boolean };
  personal: ContractPersonal;
  createdAt: Date;
}

/** @throws Erased when its personal data are gone, Error when there is no such contract */
export async function readContract({ db, vault }: ReaderDeps, contractId: string): Promise<FullContract> {
  const row = await db
    .selectFrom('paraphe.contract')
    .select(['state', 'language', 'notify_signatories', 'notify_owner', 'created_at'])
    .where('id', '=', contractId)
    .executeTakeFirstOrThrow();
  const notify = { signatories: row.notify_signatories, owner: row.notify_owner };
  const personal = await readPersonal(db, vault, contractId);
  return { state: row.state, language: row.language, notify, personal, createdAt: row.created_at };
}

/**
 * The request that creates a contract on the platform; its documents are read one by one while it is sent.
 * @param label what it is called there
 */
export function toNewContract(deps: ReaderDeps, contract: FullContract, label: string): NewContract {
  const { state, personal, notify, language } = contract;
  const ofKind = (kind: 'main' | 'annex'): NewFile[] =>
    state.documents
      .filter((document) => document.kind === kind)
      .map(({ id, size }) => ({
        name: personal.documents.find((named) => named.id === id)?.name ?? `${id}.pdf`,
        size,
        read: async () => readDeposited(deps.db, await contractKey(deps.db, deps.vault, state.id), id),
      }));
  const signatories = personal.signatories.map(({ id, ...person }) => {
    const deposit = state.signatories.find((signatory) => signatory.id === id)?.deposit ?? null;
    return { ...person, deposit: deposit && { amount: deposit.amount, currency: deposit.currency } };
  });
  const submit = state.action === 'submit';
  const message = submit ? personal.message : null;
  return {
    label,
    language,
    deadline: state.deadline,
    documents: ofKind('main'),
    annexes: ofKind('annex'),
    signatories,
    notify: { ...notify, message },
    submit,
  };
}
