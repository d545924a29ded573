import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { projectRoot } from '../project.js';
import { createBusinessSystem } from './business-system.js';
import type { Drill, DrillDeps } from './drill.js';
import { ageRefusals, drillsOf, holdCreations } from './drills.js';
import type { Findings } from './finding.js';
import type { Monitoring } from './monitoring.js';
import { until } from './patience.js';
import { createPlatformSite } from './platform-site.js';
import { query } from '../postgres/query.js';
import type { Topology } from './topology.js';
import { openWitness } from './witness.js';

const QUIET_MS = 30_000;
/** What the drill before it brought about, and a program that was started again, are over by then. */
const SILENT_WITHIN_MS = 120_000;
const FIRE_WITHIN_MS = 90_000;
/** Pages wait 10 s for company (ops/alertmanager.yml), tickets less here. */
const TOLD_WITHIN_MS = 30_000;
/** Brought about together with their cause, beside which they are not told (ops/alertmanager.yml). */
const INHIBITED = ['PlatformErrors', 'PlatformSilent', 'QuotaLow', 'QuotaForecast', 'ContractsUnstarted'];

/**
 * Silent in a quiet time, then fault by fault: each alert of ops/alerts.yml that can be brought about fires, and is
 * told by the route of its severity. What must last minutes lasts 6 s here; expressions and thresholds are the file's.
 */
export async function rehearseAlerts(topology: Topology, findings: Findings): Promise<void> {
  const { monitoring } = topology;
  if (monitoring === null) return findings.note('no monitoring');
  const witness = await openWitness(createBusinessSystem(topology.api, topology.keys.key));
  const deps = await hold(topology);
  await until('a message to be delivered', async () => witness.events.length > 0, 60_000);
  await monitoring.begin('short');
  await pause(QUIET_MS);
  const loud = [...(await monitoring.firing())].filter((name) => name !== 'Watchdog');
  findings.check(
    `silent for ${QUIET_MS / 1000} s`,
    loud.length === 0,
    loud.length === 0 ? 'only Watchdog' : loud.join(', '),
  );
  const silent = new Set(allAlerts().keys());
  for (const name of loud) silent.delete(name);
  const fired = new Set(['Watchdog']);
  for (const drill of drillsOf(deps)) {
    const { seen, missing } = await play(drill, monitoring, silent);
    for (const name of seen.keys()) fired.add(name);
    const words = [...seen].map(([name, seconds]) => `${name} ${seconds}`).join(', ');
    findings.check(
      drill.what,
      missing.length === 0,
      `${words} s${missing.map((name) => `; not ${name}`).join('')}`,
    );
  }
  await witness.leave();
  checkRoutes(monitoring, findings, fired);
  const rest = [...allAlerts().keys()].filter((name) => !fired.has(name));
  findings.note(
    `fired: ${fired.size} of ${allAlerts().size}; left to the tests of their rules: ${rest.join(', ')}`,
  );
}

/** Contracts that stay where they are while faults are injected. */
async function hold(topology: Topology): Promise<DrillDeps> {
  const system = createBusinessSystem(topology.api, topology.keys.key);
  const site = createPlatformSite(topology.twin.controlUrl);
  const label = 'Contrat of the drills';
  // Gets nothing, so no success speaks for it.
  const quiet = { url: 'http://127.0.0.1:9/hook', events: ['contract.rejected'] };
  const { body: endpoint } = await system.call<{ id: string }>('POST', '/v1/webhook-endpoints', quiet);
  const on = async (id: string): Promise<string> =>
    until(id, async () => (await system.contract(id)).platformId, 60_000);
  const open = await system.trigger({
    label,
    signatories: 1,
    deadline: new Date(Date.now() + 20 * 3_600_000),
  });
  await on(open);
  const completed = await system.trigger({ label, signatories: 1 });
  const platformId = await on(completed);
  for (const { id } of (await site.contract(platformId)).signatories) await site.sign(platformId, id);
  await until(completed, async () => (await system.contract(completed)).status === 'completed', 60_000);
  await holdCreations(site);
  const accepted = await system.trigger({ label, signatories: 1 });
  const refusals = `select id from paraphe.platform_call where contract_id = $1 and code = 'quota_exceeded'`;
  const isHeld = async () => (await query(topology.site.databaseUrl, refusals, [accepted])).length > 0;
  await until('the creation to be held', isHeld, 60_000);
  await ageRefusals({ topology });
  return { topology, system, site, open, accepted, completed, endpoint: endpoint.id };
}

interface Played {
  /** Seconds until it fired. */
  readonly seen: Map<string, number>;
  readonly missing: readonly string[];
}

/** Waits for silence, injects, waits until all fire and are told, heals. What fired before it does not count. */
async function play(drill: Drill, monitoring: Monitoring, silent: Set<string>): Promise<Played> {
  const wanted = drill.alerts.filter((name) => silent.has(name) || name === 'WorkersMissing');
  const isSilent = async (): Promise<boolean> => {
    const firing = await monitoring.firing();
    return !wanted.some((name) => firing.has(name));
  };
  await until('silence', isSilent, SILENT_WITHIN_MS, 500);
  const began = Date.now();
  await drill.inject();
  const seen = new Map<string, number>();
  const look = async (): Promise<boolean> => {
    for (const name of await monitoring.firing())
      if (wanted.includes(name) && !seen.has(name)) seen.set(name, Math.round((Date.now() - began) / 1000));
    return wanted.every((name) => seen.has(name));
  };
  await until('alerts', look, FIRE_WITHIN_MS, 500).catch(() => undefined);
  const told = () => [...seen.keys()].every((name) => INHIBITED.includes(name) || isTold(monitoring, name));
  await until('Alertmanager', () => Promise.resolve(told()), TOLD_WITHIN_MS, 500).catch(() => undefined);
  await drill.heal();
  for (const name of seen.keys()) silent.delete(name);
  return { seen, missing: wanted.filter((name) => !seen.has(name)) };
}

const isTold = ({ hook }: Monitoring, name: string, route?: string): boolean =>
  hook.told.some(
    (told) => told.alert === name && told.status === 'firing' && (route ?? told.route) === told.route,
  );

function checkRoutes(monitoring: Monitoring, findings: Findings, fired: ReadonlySet<string>): void {
  const severities = allAlerts();
  const expected = [...fired].filter((name) => !INHIBITED.includes(name));
  const amiss = expected.filter((name) => !isTold(monitoring, name, severities.get(name)));
  findings.check(
    'told by Alertmanager on the route of their severity',
    amiss.length === 0,
    `${expected.length - amiss.length} of ${expected.length}${amiss.map((name) => `; not ${name}`).join('')}`,
  );
}

/** Name and severity of each alert of ops/alerts.yml. */
function allAlerts(): Map<string, string> {
  const text = readFileSync(path.join(projectRoot, 'ops', 'alerts.yml'), 'utf8');
  const { groups } = parse(text) as {
    groups: { rules: { alert?: string; labels?: { severity: string } }[] }[];
  };
  const rules = groups.flatMap(({ rules: list }) => list);
  return new Map(
    rules.flatMap(({ alert, labels }) => (alert === undefined ? [] : [[alert, labels?.severity ?? '']])),
  );
}
