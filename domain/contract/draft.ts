import type { EventDraft, EventType } from '../events.js';
import type { ContractState } from './state.js';

/** What a rule may do: change the draft of the next state and announce. */
export interface Draft {
  state: ContractState;
  announce: (
    type: EventType,
    more?: Partial<Pick<EventDraft, 'reason' | 'signatoryId' | 'documents'>>,
  ) => void;
}
