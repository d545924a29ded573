import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { decideAll, type Decision } from '../../domain/contract/decide.js';
import type { Fact, FactBody } from '../../domain/contract/facts.js';
import type { Actor, ContractState, EndRequest } from '../../domain/contract/state.js';
import type { ContractInput, ContractSettings, Seen } from '../../domain/messages.js';
import { CONTRACT_STATUS, PLATFORM_ID } from '../../domain/search-attributes.js';
import { tell } from './acts.js';
import { describe } from './describe.js';

/** Where one contract is worked on: its state, what was asked of it, and the one pen that records. */
export interface Desk {
  readonly state: ContractState;
  readonly settings: ContractSettings;
  /** An end that was asked for and is not yet done. */
  end: EndRequest | null;
  /** The end that the platform was asked for last: in `attention` only another one is tried. */
  triedEnd: EndRequest | null;
  /** News of the watch that nobody has looked at yet. */
  news: Seen | null;
  /** The documents were asked for just now and were not there yet. */
  retrievedJustNow: boolean;
  /** Decides on facts at once, in order; resolves when they are recorded. */
  apply: (...facts: Fact[]) => Promise<void>;
  /** One platform request that changes something at a time, in the order of arrival (lifecycle.md). */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Whether such a request is under way or waits. */
  isBusy: () => boolean;
  /** Resolves when everything decided so far is recorded. */
  recorded: () => Promise<void>;
  tellAccepted: () => Promise<void>;
}

export function openDesk(input: ContractInput): Desk {
  const { state: initial, settings, end = null, endTried = false, news = null } = input;
  let state = initial;
  let records: Promise<void> = Promise.resolve();
  const ledger: Entry[] = [];
  let queue: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  setCurrentDetails(describe(state, workflowInfo().namespace));
  const take = (next: ContractState): void => {
    const before = state;
    state = next;
    showToOperators(before, next);
  };
  /** Records the oldest decision; one that another came before is made anew, and all after it. */
  const write = async (): Promise<void> => {
    const [entry] = ledger;
    if (entry === undefined) return;
    const { state: next, events, changed } = entry.decision;
    const other = changed ? await tell.record({ state: next, events, observedAt: entry.observedAt }) : null;
    if (other == null) {
      ledger.shift();
      return;
    }
    take(decideAnew(other, ledger));
    return write();
  };
  return {
    settings,
    end,
    triedEnd: endTried ? end : null,
    news,
    retrievedJustNow: false,
    get state() {
      return state;
    },
    apply(...facts) {
      const observedAt = now();
      const entry = { facts, observedAt, decision: decideAll(state, facts, observedAt) };
      if (!entry.decision.changed) return records;
      take(entry.decision.state);
      ledger.push(entry);
      records = records.then(write);
      return records;
    },
    exclusively<T>(work: () => Promise<T>): Promise<T> {
      waiting += 1;
      const turn = queue.then(work).finally(() => {
        waiting -= 1;
      });
      queue = turn.catch(() => undefined);
      return turn;
    },
    isBusy: () => waiting > 0,
    recorded: () => records,
    tellAccepted: () => (initial.sequence === 1 ? tell.tellAccepted() : Promise.resolve()),
  };
}

/** Facts that were decided on and not yet recorded. */
interface Entry {
  facts: Fact[];
  observedAt: string;
  decision: Decision;
}

/**
 * A worker that dies in a workflow task may have recorded what no history knows, and with what came meanwhile the
 * task is done in another way. What was recorded was announced, so it holds (docs/decisions/0042).
 */
function decideAnew(recorded: ContractState, ledger: Entry[]): ContractState {
  let state = recorded;
  for (const entry of ledger) {
    entry.decision = decideAll(state, entry.facts, entry.observedAt);
    ({ state } = entry.decision);
  }
  return state;
}

/** The workflow's own clock (lifecycle.md, *Clocks*), RFC 3339. */
export function now(): string {
  return new Date().toISOString();
}

/** A fact of this moment. */
export function fact(body: FactBody, by: Actor): Fact {
  return { ...body, at: now(), by };
}

function showToOperators(before: ContractState, after: ContractState): void {
  setCurrentDetails(describe(after, workflowInfo().namespace));
  if (before.status !== after.status) {
    upsertSearchAttributes([{ key: CONTRACT_STATUS, value: after.status }]);
  }
  if (before.platformId !== after.platformId && after.platformId !== null) {
    upsertSearchAttributes([{ key: PLATFORM_ID, value: after.platformId }]);
  }
}
