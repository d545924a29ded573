import { LocalError } from '../project.js';
import { createBusinessSystem, type BusinessSystem } from './business-system.js';
import type { Findings } from './finding.js';
import { openFlakyReceiver, type FlakyReceiver } from './flaky-receiver.js';
import { GRACE_MS, type Fleet } from './fleet.js';
import { readTaskFailures } from './temporal-view.js';
import { each, until } from './patience.js';
import { createPlatformSite } from './platform-site.js';
import { bringToEnd, populate, type Member } from './population.js';
import { query } from '../postgres/query.js';
import type { Site } from './site.js';
import { startTraffic } from './steady-traffic.js';
import type { Topology } from './topology.js';
import type { Version } from './version.js';
import { callToAccount, openWitness } from './witness.js';

export interface RollingDeps {
  readonly topology: Topology;
  readonly findings: Findings;
  readonly before: Version;
  readonly after: Version;
}

const LABEL = 'Avenant au contrat, rolling';

/**
 * From the version before to this one with contracts under way in every state, back again, and forward again, while
 * clients go on: nothing is refused, nothing lost, and no history fails to fit.
 */
export async function rehearseRolling(deps: RollingDeps): Promise<void> {
  const { topology, findings, before, after } = deps;
  const system = createBusinessSystem(topology.api, topology.keys.key);
  const site = createPlatformSite(topology.twin.controlUrl);
  const witness = await openWitness(system);
  const dead = await openDeadEndpoint(system);
  topology.say(`${topology.options.contracts} contracts in every state, on ${before.name}`);
  const perContract = topology.options.small ? 2_000 : 1_000;
  const deadline = new Date(Date.now() + 60_000 + topology.options.contracts * perContract);
  const members = await populate({
    system,
    site,
    label: LABEL,
    count: topology.options.contracts,
    seed: topology.options.seed,
    deadline,
  });
  findings.note(`under way when the first step began: ${tally(members)}`);
  findings.note(
    `deliveries that waited for an endpoint out of order: ${await pending(topology.site, dead.id)}`,
  );
  const traffic = startTraffic(system, `Contrat, meanwhile`);
  for (const to of [after, before, after]) await roll(deps, to);
  const meanwhile = await traffic.stop();
  findings.check(
    'requests refused or failed meanwhile',
    system.faults.length === 0,
    `${system.faults.length} of ${meanwhile.length * 2}${system.faults
      .slice(0, 2)
      .map((text) => `; ${text}`)
      .join('')}`,
  );
  dead.receiver.status = 200;
  await callToAccount({ system, site, witness, label: LABEL, findings }, members);
  await endTraffic(deps, meanwhile);
  await checkHistories(deps, [...members.map(({ id }) => id), ...meanwhile]);
  await checkDeadEndpoint(deps, system, dead);
  await checkSilence(deps);
  await witness.leave();
  await system.call('DELETE', `/v1/webhook-endpoints/${dead.id}`);
  dead.receiver.close();
}

function tally(members: readonly Member[]): string {
  const counts = new Map<string, number>();
  for (const { status } of members) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
}

/** As docs/guides/upgrade.md says: schema first and forward only, then workers, then apis, one beside one. */
async function roll({ topology, findings, before, after }: RollingDeps, to: Version): Promise<void> {
  const { fleet, site } = topology;
  const began = Date.now();
  topology.say(`rolling to ${to.name}`);
  if (to !== before) await fleet.migrate(to, site);
  const ended = [...(await replace(fleet, 'worker', to, site)), ...(await replace(fleet, 'api', to, site))];
  const longest = Math.max(...ended.map(({ tookMs }) => tookMs));
  const bad = ended.filter(({ how, tookMs }) => how !== 'status 0' || tookMs > GRACE_MS);
  const seen = `longest ${(longest / 1000).toFixed(1)} s${bad.map(({ name, how }) => `; ${name} ended with ${how}`).join('')}`;
  const direction = to === after ? 'forward' : 'back';
  findings.check(
    `rolled ${direction}: each program ended by itself within 30 s`,
    bad.length === 0,
    `${seen}, all in ${Math.round((Date.now() - began) / 1000)} s`,
  );
}

async function replace(fleet: Fleet, kind: 'api' | 'worker', to: Version, site: Site) {
  const ended = [];
  for (const old of fleet.running(kind)) {
    await fleet.start(kind, to, site);
    ended.push(await fleet.end(old.name));
  }
  return ended;
}

async function endTraffic({ topology, findings }: RollingDeps, ids: readonly string[]): Promise<void> {
  const system = createBusinessSystem(topology.api, topology.keys.key);
  const site = createPlatformSite(topology.twin.controlUrl);
  const members = ids.map((id) => ({ id, stand: 'open', status: 'accepted' }) as const);
  const done = (await bringToEnd({ system, site }, members)).filter(({ status }) => status === 'completed');
  findings.check(
    'contracts triggered meanwhile that are completed',
    done.length === ids.length,
    `${done.length} of ${ids.length}`,
  );
}

async function checkHistories({ topology, findings }: RollingDeps, ids: readonly string[]): Promise<void> {
  const read = await readTaskFailures(topology.site.temporal.address, ids);
  const some = read.failures
    .slice(0, 3)
    .map((text) => `; ${text}`)
    .join('');
  findings.check(
    'no non-determinism',
    read.nonDeterminism === 0,
    `${read.nonDeterminism} in ${read.histories} histories of ${read.events} events`,
  );
  findings.check('no workflow task failed', read.failures.length === 0, `${read.failures.length}${some}`);
}

interface DeadEndpoint {
  readonly id: string;
  readonly receiver: FlakyReceiver;
}

async function openDeadEndpoint(system: BusinessSystem): Promise<DeadEndpoint> {
  const receiver = await openFlakyReceiver(503);
  const { status, body } = await system.call<{ id: string }>('POST', '/v1/webhook-endpoints', {
    url: receiver.url,
    events: ['contract.accepted', 'contract.completed'],
  });
  if (status !== 201) throw new LocalError(`No endpoint: ${status} ${JSON.stringify(body)}`);
  return { id: body.id, receiver };
}

const pending = async ({ databaseUrl }: Site, endpointId: string): Promise<number> =>
  (
    await query(
      databaseUrl,
      `select id from paraphe.delivery where endpoint_id = $1 and status = 'pending'`,
      [endpointId],
    )
  ).length;

/** What waited is delivered; what the schedule would try in five minutes is asked for by hand, as a client may. */
async function checkDeadEndpoint(
  { topology, findings }: RollingDeps,
  system: BusinessSystem,
  { id, receiver }: DeadEndpoint,
): Promise<void> {
  const { site } = topology;
  const left = await query<{ id: string }>(
    site.databaseUrl,
    `select id from paraphe.delivery where endpoint_id = $1 and status = 'pending'`,
    [id],
  );
  await each(left, 8, ({ id: delivery }) => system.call('POST', `/v1/deliveries/${delivery}/retry`, {}));
  const none = async () => (await pending(site, id)) === 0;
  const done = await until('the endpoint to have all', none, 90_000, 500).catch(() => false);
  const lost = await query(
    site.databaseUrl,
    `select id from paraphe.delivery where endpoint_id = $1 and status <> 'delivered'`,
    [id],
  );
  findings.check(
    'deliveries that waited for the endpoint out of order',
    done && lost.length === 0,
    `${lost.length} left, ${receiver.seen()} requests, ${left.length} asked for by hand`,
  );
}

/** It tells truly of how creations are held here: the platform refuses them for want of quota. */
const OWN_FAULT = 'QuotaCritical';

/** Nobody is woken by a rollout. */
async function checkSilence({ topology, findings }: RollingDeps): Promise<void> {
  if (topology.monitoring === null) return;
  const pages = topology.monitoring.hook.told.filter(
    ({ route, status, alert }) => route === 'page' && status === 'firing' && alert !== OWN_FAULT,
  );
  const names = [...new Set(pages.map(({ alert }) => alert))].join(', ');
  findings.check(
    `pages while versions were rolled, ${OWN_FAULT} left aside (creations are held by refusals)`,
    pages.length === 0,
    names === '' ? 'none' : names,
  );
}
