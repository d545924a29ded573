import type { Actor, Verification } from './state.js';

/** A main document as it came back: proven, doubtful or failed. */
export interface SignedDocument {
  id: string;
  size: number;
  sha256: string;
  verification: Verification;
}

/** Counts of a signatory as the platform's detail gives them. */
export interface SeenCounts {
  signatoryId: string;
  smsSent: number;
  attemptsLeft: number;
  depositPaidAt: string | null;
}

/** What an operator decided about a contract in `attention` (api.md, `resolve`). */
export type Resolution =
  | { action: 'adopt'; platformId: string; signatoryPlatformIds: string[]; submitted: boolean }
  | { action: 'never_created' }
  | { action: 'look_again' }
  | { action: 'retrieve_again' }
  | { action: 'accept' }
  | { action: 'give_up'; leftBehind?: boolean };

/** As an operator asks for it: what the platform shows of an adopted contract is looked up there. */
export type AskedResolution =
  Exclude<Resolution, { action: 'adopt' }> | { action: 'adopt'; platformId: string };

/** A request that changes something and whose outcome could not be found out. */
export type UncertainDeed = 'sign' | 'sms' | 'cancel';

/** What can happen to a contract (lifecycle.md, *Facts and what they do*). */
export type FactBody =
  | { type: 'created'; platformId: string; submitted: boolean; signatoryPlatformIds: string[] }
  | { type: 'refused'; code: string }
  | { type: 'creation_uncertain' }
  | { type: 'published' }
  | { type: 'draft_gone' }
  | { type: 'code_sent'; signatoryId: string; smsSent: number }
  | { type: 'code_refused'; signatoryId: string; attemptsLeft: number }
  | { type: 'signatory_signed'; signatoryId: string }
  | { type: 'counts_seen'; counts: SeenCounts[] }
  | { type: 'cancelled'; reason: string | null }
  | { type: 'expired'; reason: string | null }
  | { type: 'deadline_near'; hours: number }
  | { type: 'proven'; documents: SignedDocument[] }
  | { type: 'verification_failed'; documents: SignedDocument[]; reason: string }
  | { type: 'indeterminate'; documents: SignedDocument[] }
  | { type: 'retrieval_overdue'; reason: string }
  | { type: 'unknown_to_platform' }
  | { type: 'outcome_uncertain'; deed: UncertainDeed }
  | { type: 'resolved'; resolution: Resolution };

/** A fact, when it happened (as the platform says, where it does; RFC 3339) and who caused it. */
export type Fact = FactBody & { at: string; by: Actor };
