import type { Draft } from './draft.js';
import type { Fact } from './facts.js';
import { onCreated, onRefused, onCreationUncertain, onPublished, onDraftGone } from './rules-creation.js';
import { onCodeRefused, onCodeSent, onCountsSeen, onSignatorySigned } from './rules-signing.js';
import { onEnd, onDeadlineNear, onOutcomeUncertain, onUnknownToPlatform } from './rules-ending.js';
import { onIndeterminate, onProven, onRetrievalOverdue, onVerificationFailed } from './rules-proving.js';
import { onResolved } from './rules-resolving.js';

/** Applies the rule of a fact (lifecycle.md, the table). @returns whether anything changed */
export function applyFact(draft: Draft, fact: Fact, observedAt: string): boolean {
  switch (fact.type) {
    case 'created':
      return onCreated(draft, fact);
    case 'refused':
      return onRefused(draft, fact);
    case 'creation_uncertain':
      return onCreationUncertain(draft);
    case 'published':
      return onPublished(draft, fact);
    case 'draft_gone':
      return onDraftGone(draft);
    case 'code_sent':
      return onCodeSent(draft, fact);
    case 'code_refused':
      return onCodeRefused(draft, fact);
    case 'signatory_signed':
      return onSignatorySigned(draft, fact);
    case 'counts_seen':
      return onCountsSeen(draft, fact);
    case 'cancelled':
    case 'expired':
      return onEnd(draft, fact);
    case 'deadline_near':
      return onDeadlineNear(draft, fact);
    case 'proven':
      return onProven(draft, fact.documents, observedAt);
    case 'verification_failed':
      return onVerificationFailed(draft, fact);
    case 'indeterminate':
      return onIndeterminate(draft, fact);
    case 'retrieval_overdue':
      return onRetrievalOverdue(draft, fact);
    case 'unknown_to_platform':
      return onUnknownToPlatform(draft);
    case 'outcome_uncertain':
      return onOutcomeUncertain(draft, fact);
    case 'resolved':
      return onResolved(draft, fact, observedAt);
  }
}
