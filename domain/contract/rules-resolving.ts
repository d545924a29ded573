import type { Draft } from './draft.js';
import type { Fact, SignedDocument } from './facts.js';
import { placeOnPlatform } from './rules-creation.js';
import { becomeSigned } from './rules-signing.js';

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

/** An operator's decision about a contract in `attention`; the workflow goes on from the state that follows. */
export function onResolved(draft: Draft, fact: Of<'resolved'>, observedAt: string): boolean {
  const { state } = draft;
  const { resolution } = fact;
  if (resolution.action === 'give_up') return giveUp(draft, resolution.leftBehind === true);
  if (state.status !== 'attention') return false;
  switch (resolution.action) {
    case 'adopt':
      if (state.platformId !== null) return false;
      placeOnPlatform(
        draft,
        resolution.platformId,
        resolution.signatoryPlatformIds,
        resolution.submitted,
        fact.at,
      );
      return true;
    case 'never_created':
      return state.statusReason === 'creation_uncertain' && goBack(draft, 'accepted');
    case 'look_again':
      return lookAgain(draft, fact.at);
    case 'retrieve_again':
      return state.signedAt !== null && goBack(draft, 'signed');
    case 'accept':
      return acceptAsItIs(draft, observedAt);
  }
}

function lookAgain(draft: Draft, at: string): boolean {
  const { state } = draft;
  if (state.platformId === null) return goBack(draft, 'accepted');
  if (state.signedAt !== null) return goBack(draft, 'signed');
  goBack(draft, 'open');
  becomeSigned(draft, at);
  return true;
}

/**
 * In `attention`, or in what the look before it found. @param leftBehind it is not known to be cancelled there: the
 * watch keeps an eye on it
 */
function giveUp({ state, announce }: Draft, leftBehind: boolean): boolean {
  if (!['attention', 'open', 'draft'].includes(state.status)) return false;
  state.status = 'cancelled';
  state.statusReason = 'given_up';
  state.draftLeftBehind = leftBehind;
  announce('contract.cancelled', { reason: 'given_up' });
  return true;
}

function goBack({ state }: Draft, status: 'accepted' | 'open' | 'signed'): boolean {
  state.status = status;
  state.statusReason = null;
  return true;
}

/** Completes with documents that did not verify: a person answers for it, and the verdicts stay as they are. */
function acceptAsItIs({ state, announce }: Draft, observedAt: string): boolean {
  const main = state.documents.filter((document) => document.kind === 'main');
  const documents: SignedDocument[] = main.flatMap(({ id, signed }) =>
    signed === null ? [] : [{ id, ...signed }],
  );
  if (state.signedAt === null || documents.length !== main.length) return false;
  state.status = 'completed';
  state.statusReason = 'accepted_by_operator';
  state.completedAt = observedAt;
  announce('contract.completed', { reason: 'accepted_by_operator', documents });
  return true;
}
