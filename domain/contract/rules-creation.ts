import type { Draft } from './draft.js';
import type { Fact } from './facts.js';

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

/** On the platform: open when submitted, else a draft. */
export function onCreated(draft: Draft, fact: Of<'created'>): boolean {
  const { state } = draft;
  const uncertain = state.status === 'attention' && state.statusReason === 'creation_uncertain';
  if (state.status !== 'accepted' && !uncertain) return false;
  placeOnPlatform(draft, fact.platformId, fact.signatoryPlatformIds, fact.submitted, fact.at);
  return true;
}

/** Takes over the platform's ids and announces where the contract stands there. */
export function placeOnPlatform(
  { state, announce }: Draft,
  platformId: string,
  signatoryPlatformIds: string[],
  submitted: boolean,
  at: string,
): void {
  state.platformId = platformId;
  for (const [index, signatory] of state.signatories.entries()) {
    signatory.platformId = signatoryPlatformIds[index] ?? null;
  }
  state.statusReason = null;
  state.status = submitted ? 'open' : 'draft';
  if (submitted) state.publishedAt = at;
  announce(submitted ? 'contract.published' : 'contract.drafted');
}

/** The platform refused the contract for good; its code is the reason. */
export function onRefused({ state, announce }: Draft, fact: Of<'refused'>): boolean {
  if (state.status !== 'accepted') return false;
  state.status = 'rejected';
  state.statusReason = fact.code;
  announce('contract.rejected', { reason: fact.code });
  return true;
}

/** Whether it was created can't be found out: a person must look. */
export function onCreationUncertain({ state, announce }: Draft): boolean {
  if (state.status !== 'accepted') return false;
  state.status = 'attention';
  state.statusReason = 'creation_uncertain';
  announce('contract.attention', { reason: 'creation_uncertain' });
  return true;
}

/** Somebody validated the draft on the platform's site. */
export function onPublished({ state, announce }: Draft, fact: Of<'published'>): boolean {
  if (state.status !== 'draft') return false;
  state.status = 'open';
  state.publishedAt = fact.at;
  announce('contract.published');
  return true;
}

/** The draft was deleted on the platform's site, or the one that we left behind is gone. */
export function onDraftGone({ state, announce }: Draft): boolean {
  if (state.draftLeftBehind) {
    state.draftLeftBehind = false;
    return true;
  }
  if (state.status !== 'draft') return false;
  state.status = 'cancelled';
  state.statusReason = 'draft_deleted';
  announce('contract.cancelled', { reason: 'draft_deleted' });
  return true;
}
