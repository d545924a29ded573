import { ActivityFailure, log, patched, proxyActivities } from '@temporalio/workflow';
import type { createJournalActivities } from '../activities/journal.js';
import type { createKeyActivities } from '../activities/announce-expiring-keys.js';
import type { createEvidenceActivities } from '../activities/make-evidence.js';
import type { createPurgeActivities } from '../activities/purge.js';
import type { createEventPurgeActivities } from '../activities/purge-events.js';
import type { createSweepActivities } from '../activities/sweep-archive.js';
import type { createUpkeepActivities } from '../activities/upkeep.js';
import { heartbeatTimeout } from './heartbeat.js';

const acts = proxyActivities<ReturnType<typeof createUpkeepActivities>>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout,
  retry: { maximumAttempts: 3 },
});

/** Nobody waits for these, and the next run is a minute away. */
const unhurried = proxyActivities<
  ReturnType<typeof createJournalActivities> &
    ReturnType<typeof createEvidenceActivities> &
    Pick<ReturnType<typeof createPurgeActivities>, 'startPurges'> &
    ReturnType<typeof createEventPurgeActivities> &
    ReturnType<typeof createKeyActivities> &
    ReturnType<typeof createSweepActivities>
>({ startToCloseTimeout: '10 minutes', heartbeatTimeout, retry: { maximumAttempts: 1 } });

/**
 * Runs by a Schedule each minute: starts the watch if it is missing, and contracts that wait if places are free;
 * chains and anchors the journal, makes evidence that is missing, starts purges that are due, removes events of
 * more than 90 days, answers kept for more than 7 and uploads kept for more than 90, tells whose keys end soon, reads the archive anew.
 */
export async function upkeep(): Promise<void> {
  await attempt(acts.ensureWatch());
  await attempt(acts.startContracts());
  await attempt(unhurried.keepJournal());
  await attempt(unhurried.completeEvidence());
  await attempt(unhurried.startPurges());
  if (patched('events-by-age')) {
    await attempt(unhurried.purgeEvents());
    if (patched('outcomes-by-age')) await attempt(unhurried.purgeOutcomes());
    if (patched('uploads-by-age')) await attempt(unhurried.purgeUploads());
    await attempt(unhurried.announceExpiringKeys());
  }
  await attempt(unhurried.sweepArchive());
}

/** One that fails holds up none of the others. */
async function attempt(act: Promise<unknown>): Promise<void> {
  try {
    await act;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    log.warn('upkeep left undone', { operation: error.activityType });
  }
}
