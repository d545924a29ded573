import { condition } from '@temporalio/workflow';
import type { Desk } from './desk.js';
import { fact, now } from './desk.js';
import { patient } from './acts.js';
import { lookAgain } from './end.js';

/**
 * A draft that was cancelled or expired here still lies on the platform, which can't cancel drafts. The watch keeps
 * an eye on it: published afterwards, it is cancelled there at once (lifecycle.md).
 */
export async function guardDraftLeftBehind(desk: Desk): Promise<void> {
  while (desk.state.draftLeftBehind) {
    await condition(() => desk.news !== null);
    const seen = desk.news;
    desk.news = null;
    if (seen === null || seen.status === 'draft') continue;
    if (seen.status === 'absent') {
      if (!(await lookAgain(desk, 'is the draft gone?'))) desk.news ??= seen;
    } else if (seen.status !== 'submitted' || (await isCancelledThere(desk)))
      await desk.apply(fact({ type: 'cancelled', reason: null }, 'system'));
  }
}

async function isCancelledThere(desk: Desk): Promise<boolean> {
  const { id: contractId, platformId } = desk.state;
  if (platformId === null) return true;
  const { kind } = await patient.cancelContract.executeWithOptions(
    { summary: 'published after its end: cancel' },
    [{ contractId, platformId, since: now() }],
  );
  if (kind === 'uncertain') desk.news = { status: 'submitted', updatedAt: null, worthALook: true };
  return kind !== 'uncertain' && kind !== 'draft';
}
