import {
  ActivityCancellationType,
  proxyActivities,
  proxyLocalActivities,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { createCancelActivities } from '../../activities/cancel-contract.js';
import type { createCreationActivities } from '../../activities/create-contract.js';
import type { createLookActivities } from '../../activities/look.js';
import type { createRecordActivities } from '../../activities/record.js';
import type { createRetrieveActivities } from '../../activities/retrieve.js';
import type { createSigningActivities } from '../../activities/signing.js';
import { heartbeatTimeout } from '../heartbeat.js';

type Of<F extends (...args: never[]) => object> = ReturnType<F>;

/** Waits as long as it takes: for the quota, for the platform, for an operator who mends the keys. */
const PATIENT: ActivityOptions = {
  startToCloseTimeout: '2 minutes',
  // Tries that may have reached the platform name longer pauses themselves (activities/growing-pauses.ts); these are
  // for what did not: a worker that was killed, a database that was down.
  retry: { initialInterval: '2 seconds', maximumInterval: '30 seconds' },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};

/** Never begun again while the attempt before it may still be on its way. */
export const careful = proxyActivities<Of<typeof createCreationActivities>>(PATIENT);

/** Asking again does no harm. */
export const patient = proxyActivities<Of<typeof createCancelActivities> & Of<typeof createLookActivities>>({
  ...PATIENT,
  heartbeatTimeout,
});

/** Somebody waits for the answer: short pauses. What may have been done is found out all the same. */
export const prompt = proxyActivities<Of<typeof createSigningActivities>>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '15 seconds' },
});

/** Large documents are fetched and verified. */
export const heavy = proxyActivities<Of<typeof createRetrieveActivities>>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout,
  retry: { initialInterval: '2 seconds', maximumInterval: '2 minutes' },
});

/** Short, on PostgreSQL only. */
export const tell = proxyLocalActivities<Of<typeof createRecordActivities>>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '100 milliseconds', maximumInterval: '10 seconds' },
});
