/** Contract status (lifecycle.md, *States*). */
export type ContractStatus =
  'accepted' | 'draft' | 'open' | 'signed' | 'attention' | 'completed' | 'cancelled' | 'expired' | 'rejected';

export type SignatoryStatus = 'pending' | 'signed' | 'blocked';
export type Verification = 'pending' | 'passed' | 'indeterminate' | 'failed';
export type Environment = 'sandbox' | 'production';

/** Who caused a fact (api.md, *Webhooks*, `actor`). */
export type Actor = 'client' | 'signatory' | 'platform' | 'deadline' | 'operator' | 'system';

export interface SignatoryState {
  id: string;
  platformId: string | null;
  status: SignatoryStatus;
  signedAt: string | null;
  smsSent: number;
  /** Failed signing attempts that count, the worse of ours and the platform's. */
  failures: number;
  deposit: { amount: number; currency: string; paidAt: string | null } | null;
}

export interface DocumentState {
  id: string;
  kind: 'main' | 'annex';
  size: number;
  sha256: string;
  pages: number;
  signed: { size: number; sha256: string; verification: Verification } | null;
}

/** What the platform's connection allows (platform-wire.md, *Limits*). */
export interface Limits {
  /** SMS resends beyond the first code. */
  sms: number;
  attempts: number;
  /** False in the sandbox: SMS are counted down, never refused. */
  refuseSms: boolean;
}

/** An end that was asked for and is not yet done. */
export interface EndRequest {
  by: 'client' | 'deadline' | 'operator';
}

/**
 * All that the contract workflow knows of a contract: ids, statuses, counts, digests, times. No personal data
 * (design.md, promise 7), so it may stand in Temporal's history and in events. What the client words freely
 * (references, metadata, its reason to cancel) stays in the contract's row too: it could name somebody.
 */
export interface ContractState {
  id: string;
  clientId: string;
  connectionId: string;
  environment: Environment;
  action: 'submit' | 'save';
  deadline: string;
  limits: Limits;
  status: ContractStatus;
  /** A stable code; for `client_request` and `operator_request` the wording is `asked_reason` in the row. */
  statusReason: string | null;
  platformId: string | null;
  signatories: SignatoryState[];
  documents: DocumentState[];
  /** Cancelled or expired by us while it may still be signed there: a draft, which can't be cancelled, or one given up. */
  draftLeftBehind: boolean;
  /** Warning spans before the deadline that have been announced, in hours. */
  warned: number[];
  /** Number of the last event; the next is one more. */
  sequence: number;
  /** Grows with each recorded change; a record with an older one is void. */
  version: number;
  createdAt: string;
  updatedAt: string;
  publishedAt: string | null;
  signedAt: string | null;
  completedAt: string | null;
}

const FINAL: readonly ContractStatus[] = ['completed', 'cancelled', 'expired', 'rejected'];

/** Whether the contract is over: one of the four final states, announced exactly once. */
export function isOver(state: Pick<ContractState, 'status'>): boolean {
  return FINAL.includes(state.status);
}

/** Whether every signatory has signed. */
export function allSigned(state: Pick<ContractState, 'signatories'>): boolean {
  return state.signatories.every((signatory) => signatory.status === 'signed');
}
