import type { ContractState, DocumentState, Environment, Limits, SignatoryState } from './state.js';

/** What a trigger asks for, without the personal part. */
export interface AcceptedContract {
  id: string;
  clientId: string;
  connectionId: string;
  environment: Environment;
  action: 'submit' | 'save';
  /** RFC 3339 in UTC. */
  deadline: string;
  limits: Limits;
  signatories: Pick<SignatoryState, 'id' | 'deposit'>[];
  documents: Omit<DocumentState, 'signed'>[];
}

/** The state of a contract that was accepted at an instant; its event 1 is `contract.accepted`. */
export function initialState(contract: AcceptedContract, at: string): ContractState {
  return {
    ...contract,
    status: 'accepted',
    statusReason: null,
    platformId: null,
    signatories: contract.signatories.map((signatory) => ({
      ...signatory,
      platformId: null,
      status: 'pending',
      signedAt: null,
      smsSent: 0,
      failures: 0,
    })),
    documents: contract.documents.map((document) => ({ ...document, signed: null })),
    draftLeftBehind: false,
    warned: [],
    sequence: 1,
    version: 1,
    createdAt: at,
    updatedAt: at,
    publishedAt: null,
    signedAt: null,
    completedAt: null,
  };
}
