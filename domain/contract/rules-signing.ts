import type { Draft } from './draft.js';
import type { Fact, SeenCounts } from './facts.js';
import { attemptsLeft, findSignatory } from './limits.js';
import { allSigned, isOver, type ContractState, type SignatoryState } from './state.js';

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

/** A code went out. The count only grows: a late or repeated answer says nothing new. */
export function onCodeSent({ state, announce }: Draft, fact: Of<'code_sent'>): boolean {
  const signatory = findSignatory(state, fact.signatoryId);
  if (isOver(state) || signatory === undefined || fact.smsSent <= signatory.smsSent) return false;
  signatory.smsSent = fact.smsSent;
  announce('signatory.code_sent', { signatoryId: signatory.id });
  return true;
}

/** A wrong code counts; the last one that the limit allows blocks the signatory (CP11). */
export function onCodeRefused(draft: Draft, fact: Of<'code_refused'>): boolean {
  const signatory = pending(draft.state, fact.signatoryId);
  if (signatory === undefined || fact.attemptsLeft >= attemptsLeft(signatory, draft.state.limits))
    return false;
  signatory.failures = draft.state.limits.attempts - fact.attemptsLeft;
  draft.announce('signatory.code_refused', { signatoryId: signatory.id });
  blockWhenUsedUp(draft, signatory);
  return true;
}

/** One has signed; with the last one the contract is signed. */
export function onSignatorySigned(draft: Draft, fact: Of<'signatory_signed'>): boolean {
  const { state, announce } = draft;
  const signatory = findSignatory(state, fact.signatoryId);
  if (isOver(state) || signatory === undefined || signatory.status === 'signed') return false;
  signatory.status = 'signed';
  signatory.signedAt = fact.at;
  announce('signatory.signed', { signatoryId: signatory.id });
  becomeSigned(draft, fact.at);
  return true;
}

/** `open` and everybody has signed: `signed`. */
export function becomeSigned({ state, announce }: Draft, at: string): void {
  if (state.status !== 'open' || !allSigned(state)) return;
  state.status = 'signed';
  state.signedAt = at;
  announce('contract.signed');
}

/** The platform's own counts: of two that differ the worse holds (lifecycle.md, *One thing at a time*). */
export function onCountsSeen(draft: Draft, fact: Of<'counts_seen'>): boolean {
  if (isOver(draft.state)) return false;
  let changed = false;
  for (const seen of fact.counts) changed = takeWorse(draft, seen) || changed;
  return changed;
}

function takeWorse(draft: Draft, seen: SeenCounts): boolean {
  const { limits } = draft.state;
  const signatory = findSignatory(draft.state, seen.signatoryId);
  if (signatory === undefined) return false;
  const smsSent = Math.max(signatory.smsSent, seen.smsSent);
  const failures = Math.max(signatory.failures, limits.attempts - seen.attemptsLeft);
  const paid = signatory.deposit !== null && signatory.deposit.paidAt === null && seen.depositPaidAt !== null;
  if (smsSent === signatory.smsSent && failures === signatory.failures && !paid) return false;
  signatory.smsSent = smsSent;
  signatory.failures = failures;
  if (paid && signatory.deposit !== null) signatory.deposit.paidAt = seen.depositPaidAt;
  blockWhenUsedUp(draft, signatory);
  return true;
}

function blockWhenUsedUp({ state, announce }: Draft, signatory: SignatoryState): void {
  if (signatory.status !== 'pending' || attemptsLeft(signatory, state.limits) > 0) return;
  signatory.status = 'blocked';
  announce('signatory.blocked', { signatoryId: signatory.id });
}

function pending(state: ContractState, id: string): SignatoryState | undefined {
  const signatory = findSignatory(state, id);
  return !isOver(state) && signatory?.status === 'pending' ? signatory : undefined;
}
