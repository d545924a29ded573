import type { Clock } from '../clock.js';
import type { Account, Actor, Contract } from '../model.js';
import type { Change } from '../record/memory.js';
import type { State } from '../record/state.js';
import { TwinError } from '../twin-error.js';
import { expireContract } from './end.js';
import { beginTurn, changesOf, type Turn } from './turn.js';

export type Outcome<T> = { readonly value: T } | { readonly error: TwinError };

/** Where everything that changes a contract passes: one at a time, on the disk before it is answered. */
export interface Desk {
  /**
   * Does `work` at once (it must not wait for anything) and resolves when its changes are on the disk, together
   * with those that `also` adds. A TwinError is committed too (a wrong code counts) and then thrown.
   */
  perform<T>(
    account: Account,
    actor: Actor,
    work: (turn: Turn) => T,
    also?: (outcome: Outcome<T>) => Change[],
  ): Promise<T>;
  /** Expires what is due by the twin's clock. */
  sweep(): Promise<void>;
}

export interface DeskDeps {
  readonly state: State;
  readonly clock: Clock;
  /** How long after a deadline the platform notices; the wire says within the hour. */
  readonly expiryDelayMs: number;
  /** Told of every turn that changed something, once it is on the disk. */
  readonly committed: (turn: Turn) => void;
}

export function createDesk(deps: DeskDeps): Desk {
  const { state, clock } = deps;
  let nextDue = earliest(state.contracts.values());

  const commit = async (turn: Turn, more: readonly Change[]): Promise<void> => {
    const changes = [...changesOf(turn), ...more];
    nextDue = Math.min(nextDue, earliest(turn.touched.values()));
    if (changes.length === 0) return state.settled();
    await state.commit(changes);
    deps.committed(turn);
  };

  const sweep = async (): Promise<void> => {
    const due = (): number => clock.now() - deps.expiryDelayMs;
    if (nextDue > due()) return;
    const commits: Promise<void>[] = [];
    for (const contract of state.contracts.values()) {
      const account = state.accounts.get(contract.apiUser);
      const deadline = Date.parse(contract.deadline);
      if (account === undefined || contract.status !== 'submitted' || deadline > due()) continue;
      const turn = beginTurn(clock, account, 'control');
      expireContract(turn, contract, new Date(deadline + deps.expiryDelayMs).toISOString());
      commits.push(commit(turn, []));
    }
    nextDue = earliest(state.contracts.values());
    await Promise.all(commits);
  };

  return {
    sweep,
    perform: async (account, actor, work, also = () => []) => {
      await sweep();
      const turn = beginTurn(clock, account, actor);
      const outcome = attempt(() => work(turn));
      await commit(turn, also(outcome));
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    },
  };
}

function attempt<T>(work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof TwinError) return { error };
    throw error;
  }
}

function earliest(contracts: Iterable<Contract>): number {
  let first = Number.POSITIVE_INFINITY;
  for (const one of contracts) {
    if (one.status === 'submitted') first = Math.min(first, Date.parse(one.deadline));
  }
  return first;
}
