import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Creation } from '../../activities/create-contract.js';
import { patient } from './acts.js';
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
        return applyEnd(desk);
    }
  });
}

async function createUnlessEnded(desk: Desk): Promise<Creation> {
  const { id: contractId, deadline } = desk.state;
  const since = now();
  const run = patient.createContract.executeWithOptions;
  const scope = new CancellationScope();
  const creation = scope.run(() =>
    run({ summary: 'create on the platform' }, [{ contractId, settleOnly: false, since }]),
  );
  let done = false;
  creation.finally(() => (done = true)).catch(() => undefined);
  while (!done && desk.end === null) {
    await condition(() => done || desk.end !== null, millisecondsTo(deadline), { summary: 'the deadline' });
    if (!done && isDue(deadline)) desk.end ??= { by: 'deadline' };
  }
  if (!done) scope.cancel();
  try {
    return await creation;
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return run({ summary: 'was it created?' }, [{ contractId, settleOnly: true, since }]);
  }
}
