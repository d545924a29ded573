import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createArchive } from '../adapters/archive/create-archive.js';
import { createUrlPolicy } from '../domain/webhooks/url-policy.js';
import { systemClock } from '../runtime/clock.js';
import type { Config } from '../runtime/config.js';
import { connectionSettings } from '../runtime/connection-settings.js';
import { watchEventLoop } from '../runtime/event-loop-lag.js';
import type { Logger } from '../runtime/logger.js';
import type { Telemetry } from '../runtime/telemetry/start-telemetry.js';
import { tracePlugin } from '../runtime/telemetry/temporal.js';
import { createVault } from '../runtime/vault.js';
import { ensureConnection } from '../store/connections.js';
import { createDatabase } from '../store/database.js';
import { waitForDatabase } from '../store/wait-for-database.js';
import { createApp } from './app.js';
import type { Authenticator } from './authenticate.js';
import { registerBootstrapKeys } from './bootstrap.js';
import { createContractUpdates } from './contract-updates.js';
import { createEstimate } from './estimate.js';
import { startHeartbeat } from './heartbeat.js';
import { answerMalformed } from './malformed-request.js';
import { createRequestLocks } from './request-locks.js';
import { createRightOfWay, lookUpSigning } from './right-of-way.js';
import { createContractStarter } from './start-contract.js';
import { answerWhileStarting } from './starting.js';
import { connectTemporal } from './temporal.js';

export interface RunningApi {
  port: number;
  /** Takes no more requests, lets those under way end, closes every connection. */
  stop(): Promise<void>;
}

/** Requests under way get this long to end after a stop was asked for. */
const DRAIN_MS = 8_000;
const FLUSH_EVERY_MS = 30_000;
const POOL = 12;
/**
 * Connections that wait to be accepted, if the system allows as many. With Node's 511 those of a rush are dropped, and
 * their clients try again after 1, 3, 7 seconds, the next of whoever signs among them (docs/decisions/0086).
 */
const BACKLOG = 4_096;

/** Starts the api as the settings say. */
export async function serve(
  config: Config,
  logger: Logger,
  version: string,
  telemetry?: Telemetry,
): Promise<RunningApi> {
  const clock = systemClock;
  // It listens at once: whoever asks is told that it starts.
  let answer: RequestListener = answerWhileStarting;
  const server = createServer((request, response) => answer(request, response));
  const port = await listen(server, config, logger);
  await waitForDatabase(config.DATABASE_URL, logger);
  const { db, pool } = createDatabase(config.DATABASE_URL, 'paraphe_api', POOL);
  const connection = await ensureConnection(db, connectionSettings(config), clock.now());
  await registerBootstrapKeys({ db, clock, environment: connection.environment, config });
  const plugins = [tracePlugin(telemetry)];
  const temporal = connectTemporal(config.TEMPORAL_ADDRESS, config.TEMPORAL_NAMESPACE, plugins);
  const settings = { taskQueue: config.TASK_QUEUE, warningHours: config.DEADLINE_WARNING_HOURS };
  const rightOfWay = createRightOfWay({ clock, signedSince: lookUpSigning(db) });
  const client = temporal.client.workflow;
  const starter = createContractStarter({ client, db, clock, logger, settings, rightOfWay });
  const locks = createRequestLocks(pool);
  const loop = watchEventLoop();
  const { app, authenticator } = createApp({
    config,
    db,
    pool,
    vault: createVault(Buffer.from(config.PARAPHE_MASTER_KEY, 'base64')),
    archive: createArchive(config.ARCHIVE_URL),
    clock,
    logger,
    connection,
    trustedProxies: config.TRUSTED_PROXIES,
    urlPolicy: createUrlPolicy({ allowedNetworks: config.WEBHOOK_ALLOWED_NETWORKS }),
    starter,
    rightOfWay,
    updates: createContractUpdates({ client, temporalUp: () => temporal.up() }),
    locks,
    estimate: createEstimate({ db, clock, connection }),
    temporalUp: () => temporal.up(),
    version,
    lagMs: loop.lagMs,
    busy: loop.busy,
  });
  const endHeartbeat = startHeartbeat({ db, clock, logger });
  const flush = flushNowAndThen(authenticator, logger);
  answer = app;
  return {
    port,
    async stop() {
      clearInterval(flush);
      endHeartbeat();
      loop.stop();
      await drain(server);
      await starter.stop().catch(() => undefined);
      await authenticator.flush().catch(() => undefined);
      locks.close();
      await Promise.all([temporal.close(), db.destroy()]);
    },
  };
}

/** Longer than proxies keep connections (60 s, mostly): theirs must be the one to close. */
const KEEP_ALIVE_MS = 65_000;

function flushNowAndThen(authenticator: Authenticator, logger: Logger): NodeJS.Timeout {
  return setInterval(() => {
    authenticator.flush().catch((error: unknown) => logger.warn({ error, operation: 'note_use' }));
  }, FLUSH_EVERY_MS);
}

async function listen(server: Server, { API_PORT, API_HOST }: Config, logger: Logger): Promise<number> {
  answerMalformed(server, logger);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: API_PORT, host: API_HOST, backlog: BACKLOG }, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(timer);
}
