import type { AskedResolution } from './facts.js';
import type { RefusalDetail, UpdateRefusal } from '../messages.js';
import { attemptsLeft, findSignatory, smsLeft } from './limits.js';
import { isOver, type ContractState } from './state.js';

/** Why a command is refused before any platform request, or null when the state and the limits allow it. */
export type Refusal = { code: UpdateRefusal; detail: RefusalDetail } | null;

const refuse = (code: UpdateRefusal, detail: RefusalDetail = {}): Refusal => ({ code, detail });

/** May a code be sent to this signatory? (CP7, CP11) */
export function refuseSms(state: ContractState, signatoryId: string): Refusal {
  const signatory = findSignatory(state, signatoryId);
  if (signatory === undefined) return refuse('unknown_signatory');
  if (isOver(state)) return refuse('not_open');
  if (signatory.status === 'signed') return refuse('already_signed');
  if (state.status !== 'open') return refuse('not_open');
  if (signatory.status === 'blocked') return refuse('attempts_exceeded', { attemptsLeft: 0 });
  if (state.limits.refuseSms && smsLeft(signatory, state.limits) === 0)
    return refuse('sms_limit', { smsLeft: 0 });
  return null;
}

/** May codes be sent to all who have not signed? (CP8) */
export function refuseSmsToAll(state: ContractState): Refusal {
  if (state.status !== 'open') return refuse('not_open');
  const refusals = state.signatories.filter((s) => s.status !== 'signed').map((s) => refuseSms(state, s.id));
  return refusals.length > 0 && refusals.every((refusal) => refusal !== null) ? (refusals[0] ?? null) : null;
}

/** May this signatory try to sign? A deposit is paid on the platform's site only (CP9). */
export function refuseSign(state: ContractState, signatoryId: string): Refusal {
  const signatory = findSignatory(state, signatoryId);
  if (signatory === undefined) return refuse('unknown_signatory');
  if (isOver(state)) return refuse('not_open');
  if (signatory.status === 'signed') return refuse('already_signed');
  if (state.status !== 'open') return refuse('not_open');
  if (signatory.status === 'blocked' || attemptsLeft(signatory, state.limits) === 0) {
    return refuse('attempts_exceeded', { attemptsLeft: 0 });
  }
  return null;
}

/** May it be cancelled? Again is allowed: the answer is the same. */
export function refuseCancel(state: ContractState): Refusal {
  if (state.status === 'cancelled') return null;
  const signed = state.status === 'signed' || (state.status === 'attention' && state.signedAt !== null);
  return signed || isOver(state) ? refuse('not_cancellable') : null;
}

/** Does the operator's decision fit the contract? Only one in `attention` takes any. */
export function refuseResolution(state: ContractState, { action }: AskedResolution): Refusal {
  const main = state.documents.filter((document) => document.kind === 'main');
  const fits: Record<AskedResolution['action'], boolean> = {
    adopt: state.platformId === null,
    never_created: state.platformId === null,
    look_again: true,
    retrieve_again: state.signedAt !== null,
    accept: state.signedAt !== null && main.every((document) => document.signed !== null),
    give_up: true,
  };
  return state.status === 'attention' && fits[action] ? null : refuse('not_in_attention');
}
