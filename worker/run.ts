import { existsSync } from 'node:fs';
import { Client, Connection as TemporalConnection } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Config } from '../runtime/config.js';
import type { Logger } from '../runtime/logger.js';
import { createDatabase } from '../store/database.js';
import { createActivities } from './activities.js';
import { BUNDLE_PATH } from './bundle.js';

export interface RunningWorker {
  /** Resolves when the worker has ended; rejects when it failed. */
  ended: Promise<void>;
  /** Takes no new tasks, lets those under way end. */
  stop(): Promise<void>;
}

/** Activities get this long to end after a stop was asked for (design.md, *Any process can be killed*). */
const GRACE = '20 seconds';
const POOL = 12;

/** Starts the worker as the settings say. */
export async function runWorker(config: Config, logger: Logger): Promise<RunningWorker> {
  const address = { address: config.TEMPORAL_ADDRESS };
  const connection = await NativeConnection.connect(address);
  const clientConnection = await TemporalConnection.connect(address);
  const client = new Client({ connection: clientConnection, namespace: config.TEMPORAL_NAMESPACE });
  const { db } = createDatabase(config.DATABASE_URL, 'paraphe_worker', POOL);
  const { activities, starts, close } = await createActivities({ config, db, client, logger });
  const worker = await Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TASK_QUEUE,
    activities,
    shutdownGraceTime: GRACE,
    ...workflows(),
  });
  const running = worker.run();
  await starts.ensureUpkeep();
  await starts.startWatch();
  const ended = running.finally(async () => {
    await close();
    await Promise.all([connection.close(), clientConnection.close(), db.destroy()]);
  });
  return {
    ended,
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
  };
}

/** The bundle that the build made, else the sources (tests). */
function workflows(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  if (existsSync(BUNDLE_PATH)) return { workflowBundle: { codePath: BUNDLE_PATH } };
  return { workflowsPath: require.resolve('../workflows/index.js') };
}
