import type { Actor, ContractStatus } from './contract/state.js';
import type { SignedDocument } from './contract/facts.js';

/** Every event type that clients may subscribe to (api.md, *Types*). */
export const EVENT_TYPES = [
  'contract.accepted',
  'contract.drafted',
  'contract.published',
  'contract.signed',
  'contract.completed',
  'contract.cancelled',
  'contract.expired',
  'contract.rejected',
  'contract.attention',
  'contract.deadline_approaching',
  'signatory.code_sent',
  'signatory.code_refused',
  'signatory.blocked',
  'signatory.signed',
  'document.verification_failed',
  'webhook.test',
  'webhook.disabled',
  'quota.low',
  'quota.exhausted',
  'platform.unavailable',
  'platform.recovered',
  'key.expiring',
  'person.rectified',
  'person.erased',
  'person.restricted',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** For how long events can be read and sent again. */
export const EVENT_RETENTION_DAYS = 90;

/** An event of a contract before it has an id: what the state machine announces. */
export interface EventDraft {
  type: EventType;
  sequence: number;
  occurredAt: string;
  actor: Actor;
  reason: string | null;
  signatoryId: string | null;
  /** Where the contract stood once this event had happened, and before it where it changed that. */
  status: ContractStatus;
  previousStatus: ContractStatus | null;
  /** How many had signed by then. */
  signed: number;
  documents: SignedDocument[];
}
