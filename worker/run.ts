import { existsSync } from 'node:fs';
import { Client, Connection as TemporalConnection } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createMailSender } from '../adapters/mail/mail-sender.js';
import { createUrlPolicy } from '../domain/webhooks/url-policy.js';
import { systemClock } from '../runtime/clock.js';
import type { Config } from '../runtime/config.js';
import type { Logger } from '../runtime/logger.js';
import { temporalSettings } from '../runtime/temporal-settings.js';
import { createVault } from '../runtime/vault.js';
import { readVersion } from '../runtime/version.js';
import type { Telemetry } from '../runtime/telemetry/start-telemetry.js';
import { tracePlugin } from '../runtime/telemetry/temporal.js';
import { createDatabase, type Database } from '../store/database.js';
import { waitForDatabase } from '../store/wait-for-database.js';
import { createActivities } from './activities.js';
import { BUNDLE_PATH, bundleWorkflows } from './bundle.js';
import { HEARTBEATS } from './heartbeats.js';
import { createMailer, type Mailer } from './mailer.js';
import { waitForTemporal } from './wait-for-temporal.js';
import { createWebhooks } from './webhooks.js';

export interface RunningWorker {
  /** Resolves when the worker has ended; rejects when it failed. */
  ended: Promise<unknown>;
  /** Takes no new tasks, lets those under way end. */
  stop(): Promise<void>;
}

/** Activities get this long to end after a stop was asked for (design.md, *Any process can be killed*). */
const GRACE = '20 seconds';
const POOL = 12;
/** No statement of the worker takes as long. */
const DATABASE_SILENCE_MS = 180_000;

/** Starts the worker as the settings say. */
export async function runWorker(
  config: Config,
  logger: Logger,
  telemetry?: Telemetry,
): Promise<RunningWorker> {
  const address = await temporalWhenThere(config, logger);
  const connection = await NativeConnection.connect(address);
  const clientConnection = await TemporalConnection.connect(address);
  const plugins = [tracePlugin(telemetry)];
  const client = new Client({ connection: clientConnection, namespace: config.TEMPORAL_NAMESPACE, plugins });
  const { db } = createDatabase(config.DATABASE_URL, 'paraphe_worker', POOL, DATABASE_SILENCE_MS);
  const bundle = await workflows();
  const parts = { db, client, connection, logger, workflows: bundle, plugins };
  const webhooks = await createWebhooks({ ...webhookSettings(config), ...parts });
  const onEvents = (): void => {
    webhooks.kick();
  };
  const { activities, starts, close } = await createActivities({ config, db, client, logger, onEvents });
  const mailer = startMailer(config, db, logger);
  const worker = await Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TASK_QUEUE,
    activities,
    maxCachedWorkflows: config.CACHED_WORKFLOWS,
    shutdownGraceTime: GRACE,
    ...HEARTBEATS,
    plugins,
    ...bundle,
  });
  const stop = (): void => {
    webhooks.stop();
    if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  // Neither goes on without the other: what is left would only look like a worker.
  const running = Promise.all([worker.run().finally(stop), webhooks.run().finally(stop)]);
  await starts.ensureUpkeep();
  await starts.startWatch();
  const untilEnded = async (): Promise<void> => {
    try {
      await running;
    } finally {
      await mailer?.stop();
      await close();
      await Promise.all([connection.close(), clientConnection.close(), db.destroy()]);
    }
  };
  const ended = untilEnded();
  return {
    ended,
    async stop() {
      stop();
      await ended;
    },
  };
}

/** Waits for both servers: they may start after the worker. */
async function temporalWhenThere(config: Config, logger: Logger) {
  const address = temporalSettings(config.TEMPORAL_ADDRESS);
  await Promise.all([
    waitForDatabase(config.DATABASE_URL, logger),
    waitForTemporal(address, config.TEMPORAL_NAMESPACE, logger),
  ]);
  return address;
}

/** Without a mail server no mails of our own are sent; they wait in the database. */
function startMailer(config: Config, db: Database, logger: Logger): Mailer | null {
  if (config.SMTP_URL === undefined) return null;
  const sender = createMailSender(config.SMTP_URL, config.MAIL_FROM);
  const vault = createVault(Buffer.from(config.PARAPHE_MASTER_KEY, 'base64'));
  return createMailer({ db, vault, clock: systemClock, logger, sender });
}

function webhookSettings(config: Config) {
  return {
    clock: systemClock,
    vault: createVault(Buffer.from(config.PARAPHE_MASTER_KEY, 'base64')),
    environment: config.PLATFORM_ENVIRONMENT,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TASK_QUEUE,
    policy: createUrlPolicy({ allowedNetworks: config.WEBHOOK_ALLOWED_NETWORKS }),
    version: readVersion(),
  };
}

/** The bundle that the build made, else one of the sources (tests). */
async function workflows(): Promise<Pick<WorkerOptions, 'workflowBundle'>> {
  if (existsSync(BUNDLE_PATH)) return { workflowBundle: { codePath: BUNDLE_PATH } };
  return {
    workflowBundle: await bundleWorkflows(),
  };
}
