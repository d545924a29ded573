import type { Client } from '@temporalio/client';
import { createBeginContracts } from '../activities/begin-contracts.js';
import { createCancelActivities } from '../activities/cancel-contract.js';
import { createCreationActivities } from '../activities/create-contract.js';
import { createJournalActivities } from '../activities/journal.js';
import { createLookActivities } from '../activities/look.js';
import { createKeyActivities } from '../activities/announce-expiring-keys.js';
import { createEvidenceActivities, makeEvidence } from '../activities/make-evidence.js';
import { createGate } from '../activities/platform-gate.js';
import { createPurgeActivities } from '../activities/purge.js';
import { createEventPurgeActivities } from '../activities/purge-events.js';
import { createRecordActivities } from '../activities/record.js';
import { createRetrieveActivities } from '../activities/retrieve.js';
import { createSigningActivities } from '../activities/signing.js';
import { createSweepActivities } from '../activities/sweep-archive.js';
import { createUpkeepActivities } from '../activities/upkeep.js';
import { createWatchActivities } from '../activities/watch.js';
import { createArchive } from '../adapters/archive/create-archive.js';
import { createLookup } from '../adapters/egress/lookup.js';
import { createPlatform } from '../adapters/platform/client.js';
import { createRevocationFetcher } from '../adapters/signature/revocation-fetcher.js';
import type { RevocationFetcher } from '../adapters/signature/verify/check-revocation.js';
import { createThreadVerifier } from '../adapters/signature/verify-in-thread.js';
import { parseNetwork } from '../domain/webhooks/address.js';
import { systemClock } from '../runtime/clock.js';
import type { Config } from '../runtime/config.js';
import { connectionSettings } from '../runtime/connection-settings.js';
import type { Logger } from '../runtime/logger.js';
import { createVault } from '../runtime/vault.js';
import { ensureConnection, type Connection } from '../store/connections.js';
import type { Database } from '../store/database.js';
import { startBeginLoop } from './begin-loop.js';
import { calmly } from './calm-nudges.js';
import { offerGauges } from './gauges.js';
import { startProbe } from './platform-probe.js';
import { countCall, countWaits, measureRecords } from './metrics.js';
import { createStarts, type Starts } from './temporal-client.js';
import { evidenceSettings } from './evidence-settings.js';
import { createVerify } from './verify.js';

export interface WorkerDeps {
  config: Config;
  db: Database;
  client: Client;
  logger: Logger;
  /** Told that deliveries wait. */
  onEvents: () => void;
}

export interface WorkerActivities {
  activities: object;
  starts: Starts;
  close: () => Promise<void>;
}

/** One request to the platform, in milliseconds; shorter than the margin of the quota's window. */
const PLATFORM_TIMEOUT_MS = 30_000;
/** Nothing of that size is ever held: what is too large is read past, and told by its name. */
const LARGEST_ANSWER = 1024 * 1024 * 1024;

/** Builds the adapters and hands each activity what it needs. */
export async function createActivities(deps: WorkerDeps): Promise<WorkerActivities> {
  const { config, db, client, logger, onEvents } = deps;
  const clock = systemClock;
  const connection = await ensureConnection(db, connectionSettings(config), clock.now());
  const starts = createStarts(client, {
    taskQueue: config.TASK_QUEUE,
    warningHours: config.DEADLINE_WARNING_HOURS,
    connectionId: connection.id,
  });
  const platform = createPlatform({
    url: config.PLATFORM_URL,
    apiUser: config.PLATFORM_API_USER,
    apiKey: config.PLATFORM_API_KEY,
    timeoutMs: PLATFORM_TIMEOUT_MS,
    maxAnswerBytes: LARGEST_ANSWER,
  });
  const gate = countWaits(createGate({ db, clock, connection, platform, onCall: countCall }));
  const base = { db, clock, gate, vault: createVault(Buffer.from(config.PARAPHE_MASTER_KEY, 'base64')) };
  offerGauges({ db, clock, logger, connection });
  const beginContracts = createBeginContracts({ db, clock, startContract: starts.startContract });
  const probe = startProbe({ db, clock, logger, connection, gate });
  const beginning = startBeginLoop(beginContracts, logger);
  const archive = createArchive(config.ARCHIVE_URL);
  const verify = createVerify(trustOf(config, connection), createThreadVerifier());
  const watching = { connection, intervals: watchIntervals(config), signalSeen: starts.signalSeen, logger };
  const proving = { ...base, archive, ...evidenceSettings(config) };
  const activities = {
    ...createCreationActivities({ ...base, graceMs: config.CREATION_GRACE_MS }),
    ...createSigningActivities({ ...base, nudgeWatch: calmly(starts.nudgeWatch) }),
    ...createCancelActivities(base),
    ...createLookActivities(base),
    ...createRetrieveActivities({
      ...base,
      archive,
      verify,
      makeEvidence: (contractId, documents) => makeEvidence(proving, contractId, documents),
    }),
    ...measureRecords(createRecordActivities({ db, clock, onEvents })),
    ...createWatchActivities({ ...base, ...watching, onEvents }),
    ...createUpkeepActivities({ ...starts, beginContracts }),
    ...createJournalActivities(proving),
    ...createEvidenceActivities(proving),
    ...createPurgeActivities({ db, clock, archive, startPurge: starts.startPurge }),
    ...createEventPurgeActivities({ db, clock }),
    ...createKeyActivities({ db, clock, environment: connection.environment, onEvents }),
    ...createSweepActivities({ ...base, archive, logger }),
  };
  return {
    activities,
    starts,
    async close() {
      probe.stop();
      await beginning.stop();
    },
  };
}

function trustOf(config: Config, { environment }: Connection): Parameters<typeof createVerify>[0] {
  return {
    environment,
    signerTrustFile: config.PLATFORM_SIGNER_TRUST,
    tsaTrustFile: config.PLATFORM_TSA_TRUST,
    revocation: revocationFetcher(config),
  };
}

function revocationFetcher(config: Config): RevocationFetcher {
  const allowedNetworks = config.REVOCATION_ALLOWED_NETWORKS.map(parseNetwork);
  const lookup = createLookup({ internalNames: allowedNetworks.length > 0 });
  return createRevocationFetcher({ allowedHosts: config.REVOCATION_HOSTS, allowedNetworks, lookup });
}

function watchIntervals(config: Config) {
  const { WATCH_MIN_INTERVAL_MS: minMs, WATCH_MAX_INTERVAL_MS: maxMs, WATCH_NIGHT: night = null } = config;
  return { minMs, maxMs, night };
}
