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
  'service.outages_planned',
  'key.expiring',
  'person.rectified',
  'person.erased',
  'person.restricted',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** When each event is told, for whoever reads the documentation. */
export const EVENT_MEANINGS: Readonly<Record<EventType, string>> = {
  'contract.accepted': 'The trigger was accepted; the contract is not on the platform yet.',
  'contract.drafted': 'It lies on the platform as a draft, to be validated there by hand (`action: save`).',
  'contract.published': 'It is open: the signatories can sign.',
  'contract.signed': 'All have signed; the signed documents are not verified yet.',
  'contract.completed': 'All have signed, and every signed document was retrieved, verified and archived.',
  'contract.cancelled': 'It was cancelled, by the client, an operator or on the platform’s site (`actor`).',
  'contract.expired': 'Its deadline passed before all had signed.',
  'contract.rejected': 'The platform refused it for good; `reason` is its code.',
  'contract.attention': 'A person must decide; nothing goes on by itself (`reason`).',
  'contract.deadline_approaching':
    'The deadline is near and somebody has still to sign; once for each span (`reason`).',
  'signatory.code_sent': 'A code was sent by SMS; `smsLeft` says how many more may be.',
  'signatory.code_refused': 'A code was wrong; `attemptsLeft` says how many attempts are left.',
  'signatory.blocked':
    'The attempts are used up; the contract goes on until the client or the deadline ends it.',
  'signatory.signed': 'One signatory has signed.',
  'document.verification_failed': 'A signed document did not verify; `contract.attention` follows.',
  'webhook.test': 'Somebody asked for a test of this endpoint.',
  'webhook.disabled':
    'Another endpoint of the client was disabled: `gone` (it answered 410) or `failing` (five days of nothing but failures).',
  'quota.low': 'Few of the platform’s daily requests are left.',
  'quota.exhausted':
    'None of the platform’s daily requests are left for now; what waits goes on when some are free.',
  'platform.unavailable': 'The platform has not answered several times in a row.',
  'platform.recovered': 'The platform answers again.',
  'service.outages_planned':
    'When paraphe itself will be away, all of it: the list in `GET /v1/status` has changed; an empty one withdraws.',
  'key.expiring': 'A key of the client ends within 14 days and no other lasts longer.',
  'person.rectified': 'Personal data of a signatory were put right.',
  'person.erased': 'Personal data of a signatory were erased.',
  'person.restricted': 'The use of personal data of a signatory was restricted.',
};

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
