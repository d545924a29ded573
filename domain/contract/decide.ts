import type { EventDraft } from '../events.js';
import type { Draft } from './draft.js';
import type { Fact } from './facts.js';
import { applyFact } from './apply-fact.js';
import type { ContractState } from './state.js';

/** What a fact makes of a contract: its next state and what is announced, in order. */
export interface Decision {
  state: ContractState;
  events: EventDraft[];
  /** False when the fact was known already or says nothing in this state: nothing is to be recorded. */
  changed: boolean;
}

/**
 * The contract's state machine (lifecycle.md). Pure: the same state and fact always give the same decision. A fact
 * may arrive twice or late; known facts change nothing and announce nothing. Nothing follows a final event.
 * @param observedAt when the fact was learned, RFC 3339
 */
export function decide(state: ContractState, fact: Fact, observedAt: string): Decision {
  const next = structuredCloneOf(state);
  const events: EventDraft[] = [];
  let announced = state.status;
  const draft: Draft = {
    state: next,
    announce(type, more = {}) {
      next.sequence += 1;
      const { reason = null, signatoryId = null, documents = [] } = more;
      const previousStatus = next.status === announced ? null : announced;
      announced = next.status;
      const signed = next.signatories.filter((signatory) => signatory.status === 'signed').length;
      const when = {
        sequence: next.sequence,
        occurredAt: fact.at,
        status: next.status,
        previousStatus,
        signed,
      };
      events.push({ type, ...when, actor: fact.by, reason, signatoryId, documents });
    },
  };
  const changed = applyFact(draft, fact, observedAt);
  if (!changed) return { state, events: [], changed: false };
  next.version += 1;
  next.updatedAt = observedAt;
  return { state: next, events, changed: true };
}

/** Facts in the order in which they happened, each decided on what the one before left. */
export function decideAll(state: ContractState, facts: Fact[], observedAt: string): Decision {
  let current: Decision = { state, events: [], changed: false };
  for (const fact of facts) {
    const step = decide(current.state, fact, observedAt);
    current = {
      state: step.state,
      events: [...current.events, ...step.events],
      changed: current.changed || step.changed,
    };
  }
  return current;
}

// The workflow sandbox has no structuredClone; the state is plain JSON.
function structuredCloneOf(state: ContractState): ContractState {
  return JSON.parse(JSON.stringify(state)) as ContractState;
}
