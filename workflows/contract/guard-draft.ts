import { condition } from '@temporalio/workflow';
import type { Desk } from './desk.js';
import { fact } from './desk.js';
import { patient } from './acts.js';
import { lookAgain } from './end.js';

/**
 * A draft that was cancelled or expired here still lies on the platform, which can't cancel drafts. The watch keeps
 * an eye on it: published afterwards, it is cancelled there at once (lifecycle.md).
 */
export async function guardDraftLeftBehind(desk: Desk): Promise<void> {
  while (desk.state.draftLeftBehind) {
    await condition(() => desk.news !== null, { summary: 'a draft was left behind on the platform' });
    const seen = desk.news;
    desk.news = null;
    if (seen?.status === 'absent') await lookAgain(desk, 'is the draft gone?');
    if (seen === null || seen.status === 'draft' || seen.status === 'absent') continue;
    if (seen.status === 'submitted') await cancelThere(desk);
    await desk.apply(fact({ type: 'cancelled', reason: null }, 'system'));
  }
}

async function cancelThere(desk: Desk): Promise<void> {
  const { id: contractId, platformId } = desk.state;
  if (platformId === null) return;
  const cancel = patient.cancelContract.executeWithOptions;
  await cancel({ summary: 'published after its end: cancel' }, [{ contractId, platformId }]);
}
