import { setTimeout as pause } from 'node:timers/promises';
import type { ContractState } from '../../domain/contract/state.js';
import type { WebhookStack } from './stack.js';

/** When each contract's event of each number was recorded: its commit, in milliseconds since 1970. */
export type Commits = Map<string, number>;

/**
 * Records events at an even pace, over the contracts in turn; a contract's own come one after another, as from its
 * workflow. Gives the commits by contract and sequence (`id#sequence`).
 */
export async function tellAtPace(
  stack: WebhookStack,
  contracts: ContractState[],
  wish: { count: number; perSecond: number },
): Promise<Commits> {
  const commits: Commits = new Map();
  const last = contracts.map((contract) => Promise.resolve(contract));
  const began = performance.now();
  for (let n = 0; n < wish.count; n++) {
    const wait = began + (n * 1_000) / wish.perSecond - performance.now();
    if (wait > 0) await pause(wait);
    const index = n % contracts.length;
    last[index] = last[index]!.then(async (contract) => {
      const next = await stack.tell(contract);
      commits.set(`${next.id}#${next.sequence}`, performance.timeOrigin + performance.now());
      return next;
    });
  }
  const ends = await Promise.all(last);
  ends.forEach((contract, index) => {
    contracts[index] = contract;
  });
  return commits;
}
