import { setTimeout as pause } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { HEARTBEATS } from '../../worker/heartbeats.js';
import type { BundleFile } from './workflow-bundle.js';

// IndexedValueType of Temporal's api: the enum itself lies in a package that we do not depend on.
const KEYWORD = 2 as never;
const DATETIME = 6 as never;

const quiet = new DefaultLogger('ERROR', () => undefined);

let installed = false;
/** Keeps the SDK quiet. */
export function installRuntime(): void {
  if (!installed) Runtime.install({ logger: quiet, telemetryOptions: { logging: { filter: 'ERROR' } } });
  installed = true;
}

/** Our search attributes, on a server that knows none. */
export async function registerSearchAttributes({ connection }: TestWorkflowEnvironment): Promise<void> {
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: {
      Client: KEYWORD,
      ContractStatus: KEYWORD,
      Deadline: DATETIME,
      PlatformId: KEYWORD,
      Environment: KEYWORD,
    },
  });
}

export interface RunningWorker {
  /** Resolves when nothing is under way: virtual time must not run away from work that takes real time. */
  quiet: () => Promise<void>;
  stop: () => Promise<void>;
}

/** Starts a worker; where it stops, tasks that were kept for it go to the next one soon. */
export async function startWorker(
  env: TestWorkflowEnvironment,
  workflows: BundleFile,
  taskQueue: string,
  activities: object,
  forgetful = false,
): Promise<RunningWorker> {
  const worker = await Worker.create({
    connection: env.nativeConnection,
    namespace: env.namespace ?? 'default',
    taskQueue,
    workflowBundle: workflows,
    activities,
    maxConcurrentActivityTaskExecutions: 40,
    ...(forgetful ? { maxCachedWorkflows: 0 } : {}),
    // On a loaded machine half a second was over while the task was taken: the test server then loses it, now and then.
    stickyQueueScheduleToStartTimeout: '5 seconds',
    shutdownGraceTime: '10 seconds',
    ...HEARTBEATS,
  });
  const running = worker.run();
  return {
    async quiet() {
      for (let calm = 0; calm < 2; calm = isCalm(worker) ? calm + 1 : 0) await pause(8);
    },
    stop: () => {
      worker.shutdown();
      return running;
    },
  };
}

function isCalm(worker: Worker): boolean {
  const status = worker.getStatus();
  return status.numInFlightActivities + status.numInFlightWorkflowActivations === 0;
}
