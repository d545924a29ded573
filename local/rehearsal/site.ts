import { pathToFileURL } from 'node:url';
import { freePort } from '../ports.js';
import { createPostgres } from '../postgres.js';
import { query } from '../postgres/query.js';
import type { Home } from '../stack/home.js';
import type { Supervisor } from '../supervisor.js';
import { createTemporal } from '../temporal.js';
import { setUpNamespace, startTemporalServer, type RunningTemporal } from './temporal-server.js';

/** Where data live: PostgreSQL, Temporal, archive. A restore happens at another one. */
export interface Site {
  readonly databaseUrl: string;
  readonly archiveUrl: string;
  readonly temporal: RunningTemporal;
  /** PostgreSQL and Temporal, in the order in which they may be ended. */
  readonly programs: readonly string[];
}

export interface SiteDeps {
  readonly home: Home;
  readonly supervisor: Supervisor;
  /** Temporal's development server in place of the real one. */
  readonly small: boolean;
}

export interface SitePostgres {
  readonly name: string;
  readonly port: number;
  readonly passwordFile: string;
  readonly databaseUrl: string;
}

/** PostgreSQL with an empty database in it. */
export async function startSitePostgres({ home, supervisor }: SiteDeps, site: string): Promise<SitePostgres> {
  const port = await freePort();
  const password = home.secret('postgres');
  const name = `postgres-${site}`;
  const server = createPostgres({ home: home.at(name), port, password });
  await supervisor.start({ ...server.service, name });
  await query(server.urlOf('postgres'), 'create database paraphe');
  return { name, port, passwordFile: home.secretFile('postgres'), databaseUrl: server.urlOf('paraphe') };
}

/** An empty Temporal, and the rest of a site, around a PostgreSQL that runs. */
export async function completeSite(deps: SiteDeps, site: string, postgres: SitePostgres): Promise<Site> {
  const name = `temporal-${site}`;
  const temporal = deps.small
    ? await startSmallTemporal(deps, name)
    : await startTemporalServer({ name, supervisor: deps.supervisor, postgres });
  return {
    databaseUrl: postgres.databaseUrl,
    archiveUrl: pathToFileURL(deps.home.at(`archive-${site}`)).href,
    temporal,
    programs: [...temporal.programs, postgres.name],
  };
}

async function startSmallTemporal({ supervisor }: SiteDeps, name: string): Promise<RunningTemporal> {
  const port = await freePort();
  const server = createTemporal({ port, uiPort: null, httpPort: await freePort(), file: null });
  const service = { ...server, name };
  await supervisor.start(service);
  const address = `127.0.0.1:${port}`;
  await setUpNamespace(address);
  return { address, metricsPort: null, programs: [name], startAgain: () => supervisor.start(service) };
}
