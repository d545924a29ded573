import type { ContractState } from '../domain/contract/state.js';
import type { EventDraft } from '../domain/events.js';
import type { Clock } from '../runtime/clock.js';
import type { Database } from '../store/database.js';
import { recordTransition } from '../store/record.js';

export interface RecordDeps {
  db: Database;
  clock: Clock;
  /** Told that deliveries wait: they start at once instead of with the next sweep. */
  onEvents: () => void;
}

export interface Transition {
  state: ContractState;
  events: EventDraft[];
  observedAt: string;
}

/** Local activities: short, on PostgreSQL only. */
export function createRecordActivities({ db, onEvents }: RecordDeps): {
  record: (transition: Transition) => Promise<ContractState | null>;
  tellAccepted: () => Promise<void>;
} {
  return {
    /**
     * Writes a new state and its events in one transaction; a repetition changes nothing.
     * @returns what is recorded, where another transition took its place
     */
    async record(transition) {
      const other = await recordTransition(db, transition.state, transition.events, transition.observedAt);
      if (transition.events.length > 0) onEvents();
      return other;
    },
    /** The events that the accept wrote may be told now. */
    tellAccepted() {
      onEvents();
      return Promise.resolve();
    },
  };
}
