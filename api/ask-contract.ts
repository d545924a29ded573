import { isOver, type ContractState } from '../domain/contract/state.js';
import { Problem } from '../domain/problem.js';
import { readContract, type ContractRow } from '../store/contracts-read.js';
import type { Tx } from '../store/database.js';
import { NoAnswer, NotRunning } from './contract-updates.js';
import type { ApiDeps } from './deps.js';
import { transaction } from './in-transaction.js';
import type { Call } from './route.js';

/** What is asked of a contract's workflow. */
export interface Ask {
  name: string;
  argument: object;
  updateId: string;
}

/**
 * Asks a contract's workflow; one that was not started yet (Temporal was away) is started first.
 * @throws Problem; NotRunning when the contract is over
 */
export async function askContract(state: ContractState, ask: Ask, deps: ApiDeps): Promise<unknown> {
  const execute = (): Promise<unknown> =>
    deps.updates.execute(state.id, ask.name, ask.argument, ask.updateId);
  try {
    return await execute();
  } catch (error) {
    if (!(error instanceof NotRunning)) throw error;
  }
  if (isOver(state)) throw new NotRunning();
  await deps.starter.startNow(state).catch(() => {
    throw new NoAnswer('service_unavailable', { retryAfterSeconds: 5 });
  });
  return execute();
}

/**
 * Reads the contract that the path names, as the caller may see it. @throws Problem when there is none
 * @param also done with it in the same transaction
 */
export function readAsked(
  call: Call,
  deps: ApiDeps,
  operator = false,
  also: (tx: Tx, row: ContractRow) => Promise<void> = () => Promise.resolve(),
): Promise<ContractRow> {
  return transaction(deps, operator, call, async (tx) => {
    const row = await readContract(tx, call.params['id'] ?? '');
    if (row === undefined) throw new Problem('not_found', { detail: 'There is no such contract.' });
    await also(tx, row);
    return row;
  });
}
