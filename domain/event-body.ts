import { attemptsLeft, findSignatory, smsLeft } from './contract/limits.js';
import type { ContractState, SignatoryState } from './contract/state.js';
import type { EventDraft } from './events.js';

/** What the contract's row adds to an event: the client's own words. */
export interface ClientWords {
  reference: string | null;
  metadata: Record<string, string>;
  signatoryReferences: Record<string, string>;
  /** The wording of a cancellation's or a resolution's reason. */
  askedReason: string | null;
}

/** Reasons whose wording the client or the operator gave. */
const WORDED = new Set(['client_request', 'operator_request', 'given_up', 'accepted_by_operator']);

/** The reason as it is shown: the wording where somebody gave one, else the stable code. */
export function shownReason(code: string | null, words: Pick<ClientWords, 'askedReason'>): string | null {
  return code !== null && WORDED.has(code) ? (words.askedReason ?? code) : code;
}

/**
 * The body of an event as webhooks, polling and exports give it (api.md, *Webhooks*): no file, no code, no name, no
 * e-mail address, no phone number. Serialised once; every delivery sends those bytes.
 * @param state the contract after the event
 * @param observedAt when it was learned, RFC 3339
 */
export function renderEvent(
  id: string,
  state: ContractState,
  draft: EventDraft,
  words: ClientWords,
  observedAt: string,
): object {
  const signatory = draft.signatoryId === null ? undefined : findSignatory(state, draft.signatoryId);
  return {
    id,
    type: draft.type,
    version: '1',
    sequence: draft.sequence,
    occurredAt: draft.occurredAt,
    observedAt,
    environment: state.environment,
    data: {
      contract: contractOf(state, draft, words),
      ...(signatory === undefined ? {} : { signatory: signatoryOf(signatory, state, words) }),
      ...(draft.documents.length === 0 ? {} : { documents: documentsOf(state, draft) }),
      actor: draft.actor,
      reason: shownReason(draft.reason, words),
    },
  };
}

function contractOf(state: ContractState, draft: EventDraft, words: ClientWords): object {
  return {
    id: state.id,
    reference: words.reference,
    status: draft.status,
    previousStatus: draft.previousStatus,
    deadline: state.deadline,
    signed: draft.signed,
    signatories: state.signatories.length,
    metadata: words.metadata,
  };
}

function signatoryOf(signatory: SignatoryState, state: ContractState, words: ClientWords): object {
  return {
    id: signatory.id,
    reference: words.signatoryReferences[signatory.id] ?? null,
    smsLeft: smsLeft(signatory, state.limits),
    attemptsLeft: attemptsLeft(signatory, state.limits),
  };
}

function documentsOf(state: ContractState, draft: EventDraft): object[] {
  return draft.documents.map(({ id, sha256, size, verification }) => ({
    id,
    sha256,
    size,
    verification,
    href: `/v1/contracts/${state.id}/documents/${id}/signed`,
  }));
}
