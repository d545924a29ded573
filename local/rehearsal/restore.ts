import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createBusinessSystem } from './business-system.js';
import type { Findings } from './finding.js';
import { each, until } from './patience.js';
import { createPlatformSite, type PlatformSite } from './platform-site.js';
import { populate, type Member } from './population.js';
import { completeSite, startSitePostgres } from './site.js';
import type { Topology } from './topology.js';
import { thisVersion, type Version } from './version.js';
import { callToAccount, openWitness } from './witness.js';

const run = promisify(execFile);
const LABEL = 'Avenant au contrat, restored';
const AFTER_LABEL = 'Contrat after the backup';
const RTO_MS = 15 * 60_000;

interface BackupMade {
  readonly file: string;
  readonly bytes: number;
  readonly rows: number;
  readonly archived: number;
}

/**
 * A backup with contracts under way; the work goes on; then PostgreSQL, Temporal, apis, workers and the archive are
 * lost at once. Restored elsewhere, into an empty Temporal: what the backup holds comes to its end, once.
 */
export async function rehearseRestore(topology: Topology, findings: Findings): Promise<void> {
  const system = createBusinessSystem(topology.api, topology.keys.key);
  const site = createPlatformSite(topology.twin.controlUrl);
  const witness = await openWitness(system);
  const count = Math.max(8, Math.round(topology.options.contracts / 4));
  topology.say(`${count} contracts in every state`);
  const deadline = new Date(Date.now() + (topology.options.small ? 30_000 : 150_000));
  const members = await populate({
    system,
    site,
    label: LABEL,
    count,
    deadline,
    seed: topology.options.seed,
  });
  const key = randomBytes(32).toString('base64');
  const made = await backUp(topology, key);
  findings.note(
    `backup of ${made.rows} rows and ${made.archived} archived files: ${(made.bytes / 1e6).toFixed(1)} MB`,
  );
  const lost = await goOn(topology, site, members);
  topology.say('PostgreSQL, Temporal, apis, workers and the archive are lost');
  await loseEverything(topology);
  const began = Date.now();
  await restoreElsewhere(topology, made.file, key, findings);
  const isBack = async () => (await system.call('GET', `/v1/contracts/${members[0]?.id}`)).status === 200;
  await until('the service', () => isBack().catch(() => false), 60_000, 100);
  const tookMs = Date.now() - began;
  findings.check(
    'restored and serving again within 15 minutes',
    tookMs < RTO_MS,
    `${(tookMs / 1000).toFixed(1)} s`,
  );
  await callToAccount({ system, site, witness, label: LABEL, findings }, members);
  const known = await each(lost, 4, async (id) => (await system.call('GET', `/v1/contracts/${id}`)).status);
  findings.note(
    `accepted after the backup and therefore lost: ${known.filter((status) => status === 404).length} of ${lost.length}; on the platform they lie on: ${(await site.contracts(AFTER_LABEL)).length}`,
  );
  await witness.leave();
}

async function backUp({ fleet, site, home }: Topology, key: string): Promise<BackupMade> {
  const stdout = await program(thisVersion(), 'backup-main', ['--to', home.at('backups')], {
    ...fleet.settingsOf(site),
    BACKUP_KEY: key,
  });
  return JSON.parse(stdout) as BackupMade;
}

async function program(
  version: Version,
  name: string,
  args: string[],
  env: Record<string, string>,
): Promise<string> {
  const main = path.join(version.root, 'dist', 'worker', 'backup', `${name}.js`);
  return (await run(process.execPath, [main, ...args], { env: { ...process.env, ...env } })).stdout;
}

/** What the backup does not know: creations that were held go through, people sign, new contracts come. */
async function goOn(topology: Topology, site: PlatformSite, members: readonly Member[]): Promise<string[]> {
  const system = createBusinessSystem(topology.api, topology.keys.key);
  await site.clearFaults();
  const isCreated = ({ id }: Member) =>
    until(`${id} to be created`, async () => (await system.contract(id)).platformId, 120_000);
  await each(
    members.filter(({ stand }) => stand === 'accepted'),
    4,
    isCreated,
  );
  const half = members.filter(({ stand }) => stand === 'open').filter((_, index) => index % 2 === 0);
  await each(half, 4, async ({ id }) => {
    const { platformId } = await system.contract(id);
    for (const { id: signatory } of (await site.contract(platformId ?? '')).signatories)
      await site.sign(platformId ?? '', signatory);
  });
  return each([1, 2, 3], 3, () => system.trigger({ label: AFTER_LABEL, signatories: 1 }));
}

async function loseEverything({ fleet, supervisor, site }: Topology): Promise<void> {
  const products = [...fleet.running('api'), ...fleet.running('worker')];
  await Promise.all(products.map(({ name }) => fleet.end(name, 0)));
  for (const name of site.programs) await supervisor.end(name, 0);
}

/** In the order of docs/guides/backup.md: PostgreSQL, restore, Temporal, workers, apis. */
async function restoreElsewhere(
  topology: Topology,
  file: string,
  key: string,
  findings: Findings,
): Promise<void> {
  const { fleet, siteDeps, home, say } = topology;
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const began = Date.now();
    const result = await work();
    say(`${what}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
    return result;
  };
  const postgres = await timed('PostgreSQL', () => startSitePostgres(siteDeps, 'second'));
  const restored = await timed('restore', () =>
    program(thisVersion(), 'restore-main', ['--from', file, '--temporal-empty'], {
      DATABASE_URL: postgres.databaseUrl,
      ARCHIVE_URL: pathToFileURL(home.at('archive-second')).href,
      BACKUP_KEY: key,
    }),
  );
  const { begunAnew } = JSON.parse(restored) as { begunAnew: object };
  findings.note(`begun anew: ${JSON.stringify(begunAnew)}`);
  topology.site = await timed('Temporal', () => completeSite(siteDeps, 'second', postgres));
  await timed('workers and apis', async () => {
    for (const kind of ['worker', 'worker', 'api', 'api'] as const)
      await fleet.start(kind, thisVersion(), topology.site);
  });
}
