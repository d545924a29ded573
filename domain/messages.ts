import type { ContractState, ContractStatus, EndRequest } from './contract/state.js';
import type { AskedResolution } from './contract/facts.js';

/** Names and shapes of what passes between api, workflows and clients of Temporal. The workflow id is the contract's. */
export const WORKFLOWS = {
  contract: 'contract',
  delivery: 'delivery',
  watch: 'watch',
  upkeep: 'upkeep',
  purge: 'purge',
} as const;

export const UPDATES = { sendSms: 'sendSms', sign: 'sign', cancel: 'cancel', resolve: 'resolve' } as const;

export const SIGNALS = { seen: 'seen', nudge: 'nudge' } as const;

export interface ContractSettings {
  /** Hours before the deadline at which to warn, largest first. */
  warningHours: number[];
}

export interface ContractInput {
  state: ContractState;
  settings: ContractSettings;
  /** An end that was asked for before the history was begun afresh. */
  end?: EndRequest | null;
  /** It was tried then and could not be done. */
  endTried?: boolean;
  /** News of the watch that nobody had looked at: the watch does not tell it twice. */
  news?: Seen | null;
}

/** A code to one signatory, or (null) to all who have not signed. */
export interface SendSms {
  signatoryId: string | null;
}
export interface SmsSent {
  signatories: { id: string; smsSent: number; smsLeft: number }[];
}

/** The code is sealed: vault purpose `signing codes`, context `contractId:signatoryId`, base64. */
export interface Sign {
  signatoryId: string;
  sealedCode: string;
}
export interface Signed {
  id: string;
  status: 'signed';
  contractStatus: ContractStatus;
}

/** The wording of the reason is in the contract's row (`asked_reason`) before this is sent: free text may name a person. */
export interface Cancel {
  by: 'client' | 'operator';
}
export interface CancelAnswer {
  status: ContractStatus;
  /** False while a creation or a signature is still under way. */
  settled: boolean;
}

/** The operator's reason is in the row (`asked_reason`) and the journal, never here. */
export interface Resolve {
  resolution: AskedResolution;
}

/** What the watch tells a contract: the platform's list shows something new. */
export interface Seen {
  status: 'draft' | 'submitted' | 'signed' | 'cancelled' | 'expired' | 'absent';
  updatedAt: string | null;
  /** Whether the quota has a detail to spare for who has signed so far. */
  worthALook: boolean;
}

/**
 * Refusals of the contract workflow: an update fails with an ApplicationFailure of this type, its first detail is
 * `RefusalDetail`. The api renders them as problems.
 */
export type UpdateRefusal =
  | 'not_open'
  | 'already_signed'
  | 'sms_limit'
  | 'attempts_exceeded'
  | 'wrong_code'
  | 'deposit_due'
  | 'not_cancellable'
  | 'not_in_attention'
  | 'unknown_signatory'
  | 'quota_exhausted'
  | 'platform_unavailable'
  | 'outcome_unknown';

export interface RefusalDetail {
  smsLeft?: number;
  attemptsLeft?: number;
  retryAfterMs?: number;
}

/** One round of attempts to bring one event to one endpoint. The workflow id is `deliveryId-round`. */
export interface DeliveryInput {
  deliveryId: string;
  endpointId: string;
  /** 0 for the first; a replay or a retry by hand is a new one. */
  round: number;
}
/** `gone`: answered 410; `over`: nothing to do any more (another round, endpoint disabled or deleted). */
export type DeliveryEnd = 'delivered' | 'failed' | 'gone' | 'over';
