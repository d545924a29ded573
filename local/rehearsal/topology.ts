import { rmSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../ports.js';
import { claimHome, type RunRecord } from '../process/run-record.js';
import { writeDescription } from '../stack/description.js';
import { openHome, type Home } from '../stack/home.js';
import { createStackLog } from '../stack/log.js';
import { startMailbox } from '../stack/mailbox.js';
import { nodeService } from '../stack/node-service.js';
import { localKeys, productEnv, type ProductKeys } from '../stack/product.js';
import type { StackSettings } from '../stack/settings.js';
import { startTwin, type RunningTwin } from '../stack/twin.js';
import { createSupervisor, type Supervisor } from '../supervisor.js';
import { createFleet, type Fleet } from './fleet.js';
import { startMonitoring, type Monitoring } from './monitoring.js';
import type { RehearsalOptions } from './options.js';
import { completeSite, startSitePostgres, type Site, type SiteDeps } from './site.js';
import type { Version } from './version.js';

/** Everything that runs while a rehearsal lasts. */
export interface Topology {
  readonly options: RehearsalOptions;
  readonly home: Home;
  readonly supervisor: Supervisor;
  readonly record: RunRecord;
  readonly fleet: Fleet;
  readonly monitoring: Monitoring | null;
  readonly twin: RunningTwin;
  /** The balancer's address. */
  readonly api: string;
  readonly keys: ProductKeys;
  readonly siteDeps: SiteDeps;
  /** Where the data live now; a restore moves them. */
  site: Site;
  /** `local.json`, as the acceptance suite reads it. */
  readonly descriptionFile: string;
  readonly say: (text: string) => void;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the topology of docker-compose.yml without containers, two apis and two workers of a version. What a killed
 * rehearsal has left running is ended first; its data are thrown away. When something fails, all is ended.
 */
export async function startTopology(
  options: RehearsalOptions,
  version: Version,
  say: (text: string) => void,
): Promise<Topology> {
  const record = await claimHome(options.home);
  const folder = path.join(options.home, 'run');
  rmSync(folder, { recursive: true, force: true });
  const home = openHome(folder);
  const log = createStackLog(home.at('logs'), 'nothing');
  const supervisor = createSupervisor({ line: log.line, news: () => undefined, started: record.note });
  const stop = async (): Promise<void> => {
    await supervisor.stop();
    record.clear();
    log.close();
  };
  try {
    // The same object: the fleet reads its site, which a restore moves.
    return Object.assign(await build({ options, home, supervisor, version, say }), { record, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

interface BuildDeps {
  readonly options: RehearsalOptions;
  readonly home: Home;
  readonly supervisor: Supervisor;
  readonly version: Version;
  readonly say: (text: string) => void;
}

async function build(deps: BuildDeps): Promise<Omit<Topology, 'record' | 'stop'>> {
  const { options, home, supervisor, version, say } = deps;
  const apiPort = await freePort();
  const settings = stackSettings(home.folder, apiPort);
  const siteDeps: SiteDeps = { home, supervisor, small: options.small };
  say('PostgreSQL, Temporal, mailbox, twin');
  const startSite = async () => completeSite(siteDeps, 'first', await startSitePostgres(siteDeps, 'first'));
  const startPlatform = async () => {
    const { smtpUrl } = await startMailbox(home, supervisor);
    return { smtpUrl, twin: await startTwin(home, supervisor, settings, smtpUrl) };
  };
  const [site, { twin, smtpUrl }] = await Promise.all([startSite(), startPlatform()]);
  const keys = localKeys(home, settings);
  let monitoring: Monitoring | null = null;
  const fleet = await createFleet({
    supervisor,
    settings: productEnv(home, settings, {
      databaseUrl: site.databaseUrl,
      temporalAddress: site.temporal.address,
      smtpUrl,
      platform: twin.env,
      keys,
    }),
    changed: () => monitoring?.scrape(fleet, topology.site),
  });
  const topology: Omit<Topology, 'record' | 'stop'> = {
    options,
    home,
    supervisor,
    fleet,
    twin,
    keys,
    siteDeps,
    site,
    say,
    monitoring: options.small ? null : (monitoring = await startMonitoring({ home, supervisor })),
    api: `http://127.0.0.1:${apiPort}`,
    descriptionFile: home.at('local.json'),
  };
  say(`two apis behind the balancer, two workers: ${version.name}`);
  await fleet.migrate(version, site);
  await supervisor.start(
    nodeService('balancer', 'local/rehearsal/balancer-main.js', {
      BALANCER_PORT: String(apiPort),
      BALANCER_BACKENDS: fleet.apiPorts.join(','),
    }),
  );
  for (const kind of ['api', 'api', 'worker', 'worker'] as const) await fleet.start(kind, version, site);
  describe(topology);
  return topology;
}

function stackSettings(home: string, apiPort: number): StackSettings {
  const given = { databaseUrl: null, temporalAddress: null, platformUrl: null, smtpUrl: null };
  const rest = { archiveUrl: null, masterKeyGiven: false, verbose: false } as const;
  return { home, apiPort, environment: 'sandbox', ...given, ...rest };
}

function describe(topology: Omit<Topology, 'record' | 'stop'>): void {
  const { api, twin, site, keys, supervisor } = topology;
  writeDescription(topology.descriptionFile, {
    api,
    temporalUi: null,
    temporalAddress: site.temporal.address,
    twin: twin.url,
    twinControl: twin.controlUrl,
    mailbox: null,
    databaseUrl: site.databaseUrl,
    ...keys,
    processes: supervisor.pids(),
  });
}
