import { CancellationScope, condition, patched } from '@temporalio/workflow';
import type { Creation } from '../../activities/create-contract.js';
import { careful } from './acts.js';
import { fact, now, type Desk } from './desk.js';
import { applyEnd, isDue, millisecondsTo } from './end.js';

/**
 * `accepted`: creates the contract on the platform. An end that is asked for meanwhile stops a creation that has not
 * begun, without any platform request; one that is under way is awaited, and the contract ended there.
 */
export function create(desk: Desk): Promise<void> {
  return desk.exclusively(async () => {
    if (desk.state.status !== 'accepted') return;
    const creation = await createUnlessEnded(desk);
    switch (creation.kind) {
      case 'created':
        return desk.apply({
          type: 'created',
          at: creation.at,
          by: 'system',
          platformId: creation.platformId,
          submitted: creation.status === 'submitted',
          signatoryPlatformIds: creation.signatoryPlatformIds,
        });
      case 'refused':
        return desk.apply(fact({ type: 'refused', code: creation.code }, 'platform'));
      case 'uncertain':
        return desk.apply(fact({ type: 'creation_uncertain' }, 'system'));
      case 'not_created':
        // The deadline came before the creation could be asked for.
        desk.end ??= { by: 'deadline' };
        return applyEnd(desk);
    }
  });
}

async function createUnlessEnded(desk: Desk): Promise<Creation> {
  const { id: contractId, deadline } = desk.state;
  const ask = (summary: string, settleOnly: boolean): Promise<Creation> =>
    careful.createContract.executeWithOptions({ summary }, [{ contractId, settleOnly, since }]);
  const since = now();
  // It begins after its deadline (Temporal was away, say): what an earlier run has made is looked for, nothing is made.
  if (isDue(deadline) && patched('nothing-made-after-the-deadline')) return ask('was it created?', true);
  const scope = new CancellationScope();
  const creation = scope.run(() => ask('create on the platform', false));
  const progress = { done: false };
  creation.finally(() => (progress.done = true)).catch(() => undefined);
  while (!progress.done && desk.end === null) {
    const woken = (): boolean => progress.done || desk.end !== null;
    await condition(woken, millisecondsTo(deadline), { summary: 'the deadline' });
    if (!progress.done && isDue(deadline)) desk.end ??= { by: 'deadline' };
  }
  if (progress.done) return creation;
  scope.cancel();
  // Cancelled, or failed because it may not be tried again: what it did has still to be found out.
  return creation.catch(() => ask('was it created?', true));
}
