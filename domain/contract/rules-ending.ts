import type { Draft } from './draft.js';
import type { Fact } from './facts.js';
import { allSigned, isOver } from './state.js';

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

/** Cancelled or expired, unless all have signed: then what was signed wins. */
export function onEnd({ state, announce }: Draft, fact: Of<'cancelled'> | Of<'expired'>): boolean {
  if (isOver(state)) return endOfDraftLeftBehind(state, fact);
  if (state.status === 'signed' || (state.status === 'attention' && state.signedAt !== null)) return false;
  // The platform can't cancel drafts; until somebody deletes it there, it may still be published.
  state.draftLeftBehind = state.status === 'draft' && fact.by !== 'platform';
  state.status = fact.type;
  state.statusReason = fact.reason;
  announce(fact.type === 'cancelled' ? 'contract.cancelled' : 'contract.expired', { reason: fact.reason });
  return true;
}

/** What the client or the deadline ended is still there: only the platform's own end lets it go. */
function endOfDraftLeftBehind(state: Draft['state'], { by }: Of<'cancelled'> | Of<'expired'>): boolean {
  if (!state.draftLeftBehind || (by !== 'system' && by !== 'platform')) return false;
  state.draftLeftBehind = false;
  return true;
}

/** The deadline is near and somebody has still to sign: once for each span. */
export function onDeadlineNear({ state, announce }: Draft, fact: Of<'deadline_near'>): boolean {
  if (state.status !== 'open' || allSigned(state) || state.warned.includes(fact.hours)) return false;
  state.warned.push(fact.hours);
  announce('contract.deadline_approaching', { reason: `${fact.hours}h` });
  return true;
}

/** The platform answered 404 for a contract that is no draft. */
export function onUnknownToPlatform({ state, announce }: Draft): boolean {
  if (isOver(state) || state.status === 'draft' || state.status === 'attention') return false;
  state.status = 'attention';
  state.statusReason = 'unknown_to_platform';
  announce('contract.attention', { reason: 'unknown_to_platform' });
  return true;
}

/** Whether a code, a signature or a cancel went through can't be found out: a person must look. */
export function onOutcomeUncertain({ state, announce }: Draft, fact: Of<'outcome_uncertain'>): boolean {
  if (state.status !== 'open') return false;
  state.status = 'attention';
  state.statusReason = `${fact.deed}_uncertain`;
  announce('contract.attention', { reason: state.statusReason });
  return true;
}
