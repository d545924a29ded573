import type pg from 'pg';
import type { Archive } from '../adapters/archive/archive.js';
import type { UrlPolicy } from '../domain/webhooks/url-policy.js';
import type { Clock } from '../runtime/clock.js';
import type { Config } from '../runtime/config.js';
import type { Logger } from '../runtime/logger.js';
import type { Vault } from '../runtime/vault.js';
import type { Connection } from '../store/connections.js';
import type { Database } from '../store/database.js';
import type { Publishing } from '../store/estimate.js';
import type { ContractUpdates } from './contract-updates.js';
import type { RequestLocks } from './request-locks.js';
import type { RightOfWay } from './right-of-way.js';
import type { ContractStarter } from './start-contract.js';

/** A contract whose publishing is estimated. */
export type Estimated = Publishing & { createdAt: Date };

/** All that the api needs from outside; main.ts makes it, tests make their own. */
export interface ApiDeps {
  config: Pick<Config, 'TASK_QUEUE' | 'DEADLINE_WARNING_HOURS' | 'PUBLIC_URL'>;
  db: Database;
  pool: pg.Pool;
  vault: Vault;
  archive: Pick<Archive, 'get'>;
  clock: Clock;
  logger: Logger;
  connection: Connection;
  urlPolicy: UrlPolicy;
  /** Networks of proxies in front of this process, whose X-Forwarded-For is believed; none when absent. */
  trustedProxies?: readonly string[];
  starter: ContractStarter;
  rightOfWay: RightOfWay;
  updates: ContractUpdates;
  locks: RequestLocks;
  /** When the quota lets contracts be published, by id, in one calculation; no date when there is nothing to say. */
  estimate(contracts: Estimated[]): Promise<Map<string, Date>>;
  /** Whether Temporal answers. */
  temporalUp(): Promise<boolean>;
  version: string;
  /** How late the process is with its work, in milliseconds; never late when absent. */
  lagMs?: () => number;
  /** The share of the last seconds in which it worked, 0 to 1. */
  busy?: () => number;
}
