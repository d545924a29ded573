import { setTimeout as pause } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import type { temporalSettings } from '../runtime/temporal-settings.js';
import type { Logger } from '../runtime/logger.js';

const PAUSE_MS = 1_000;
const ANSWER_MS = 5_000;
/** UNAUTHENTICATED and PERMISSION_DENIED of gRPC: waiting mends no key. */
const REFUSED = new Set([16, 7]);

/** Resolves when Temporal answers and has our namespace, so that everything may start in any order. */
export async function waitForTemporal(
  settings: ReturnType<typeof temporalSettings>,
  namespace: string,
  logger: Logger,
): Promise<void> {
  let isTold = false;
  for (;;) {
    try {
      return await describe(settings, namespace);
    } catch (error) {
      if (isGrpcServiceError(error) && REFUSED.has(error.code)) throw error;
      if (!isTold) logger.warn({ operation: 'start', reason: 'temporal', error }, 'waiting');
      isTold = true;
    }
    await pause(PAUSE_MS);
  }
}

async function describe(settings: ReturnType<typeof temporalSettings>, namespace: string): Promise<void> {
  const connection = await Connection.connect({ ...settings, connectTimeout: ANSWER_MS });
  try {
    await connection.withDeadline(Date.now() + ANSWER_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}
