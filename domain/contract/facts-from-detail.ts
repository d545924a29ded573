import type { DetailedContract } from '../platform.js';
import type { Fact } from './facts.js';
import { findSignatory } from './limits.js';
import { isOver, type ContractState } from './state.js';

/** What one look at the platform says, with ids only: what may pass through a workflow. */
export interface Sighting {
  status: DetailedContract['status'];
  updatedAt: string;
  signedAt: string | null;
  signatories: {
    platformId: string;
    status: 'pending' | 'signed' | 'blocked';
    signedAt: string | null;
    smsSent: number;
    attemptsLeft: number;
    depositPaidAt: string | null;
  }[];
}

/**
 * The facts that a look at the platform shows, in the order in which they happened (lifecycle.md, *Order of
 * announcements*). Counts come first: they were there before anything that the same look adds.
 */
export function factsFromDetail(state: ContractState, seen: Sighting): Fact[] {
  const facts: Fact[] = [];
  if (state.status === 'draft' && seen.status !== 'draft') {
    facts.push({ type: 'published', at: seen.updatedAt, by: 'platform' });
  }
  facts.push(countsFact(state, seen), ...signatureFacts(state, seen));
  if (seen.status === 'cancelled') {
    facts.push({ type: 'cancelled', at: seen.updatedAt, by: 'platform', reason: 'cancelled_on_platform' });
  }
  if (seen.status === 'expired') {
    facts.push(expiredThere(state, seen.updatedAt));
  }
  return facts;
}

/** The platform's own expiry is our deadline when it is not before it: it changes nothing (lifecycle.md, *Clocks*). */
export function expiredThere(state: ContractState, at: string): Fact {
  return Date.parse(at) >= Date.parse(state.deadline) && !isOver(state)
    ? { type: 'expired', at, by: 'deadline', reason: 'deadline' }
    : { type: 'expired', at, by: 'platform', reason: 'expired_on_platform' };
}

function countsFact(state: ContractState, seen: Sighting): Fact {
  const counts = seen.signatories.flatMap((signatory) => {
    const ours = state.signatories.find((candidate) => candidate.platformId === signatory.platformId);
    const { smsSent, attemptsLeft, depositPaidAt } = signatory;
    return ours === undefined ? [] : [{ signatoryId: ours.id, smsSent, attemptsLeft, depositPaidAt }];
  });
  return { type: 'counts_seen', at: seen.updatedAt, by: 'platform', counts };
}

function signatureFacts(state: ContractState, seen: Sighting): Fact[] {
  return seen.signatories
    .flatMap((signatory): Extract<Fact, { type: 'signatory_signed' }>[] => {
      const ours = state.signatories.find((candidate) => candidate.platformId === signatory.platformId);
      if (signatory.status !== 'signed' || ours === undefined) return [];
      if (findSignatory(state, ours.id)?.status === 'signed') return [];
      const at = signatory.signedAt ?? seen.updatedAt;
      return [{ type: 'signatory_signed', at, by: 'signatory', signatoryId: ours.id }];
    })
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
