import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createBusinessSystem, type BusinessSystem } from './business-system.js';
import { memoryLimitMb } from './compose.js';
import type { Findings } from './finding.js';
import { flood, startFlood, type FloodResult } from './flood.js';
import { each, until } from './patience.js';
import { createPlatformSite } from './platform-site.js';
import { query } from '../postgres/query.js';
import type { Topology } from './topology.js';

const LABEL = 'Contrat to sign under load';
const USUALLY = 30;
const UNDER_LOAD = 60;
/** Fewer would say nothing. */
const FEWEST_UNDER_LOAD = 10;
const SECONDS = 20;
const TIMES = 10;
/** The flood is at its full height by then. */
const RISE_MS = 2_000;

/**
 * Ten times as much as is taken, triggers and exports: signing by API stays below twice its usual time, what is
 * refused is told when to come back, memory stays bounded.
 */
export async function rehearseOverload(topology: Topology, findings: Findings): Promise<void> {
  const system = createBusinessSystem(topology.api, topology.keys.key);
  await removeEndpoints(system);
  topology.say(`${USUALLY + UNDER_LOAD} contracts to sign`);
  const ready = await openContracts(system, USUALLY + UNDER_LOAD);
  const exports = await exportPaths(topology, system);
  await until('all to be told', async () => (await waitingIn(topology)) === 0, 60_000);
  const usual = await signAll(system, ready.slice(0, USUALLY), () => false);
  const taken = await flood(topology, { rate: 0, seconds: 5 });
  const capacity = (taken.counts['trigger 202'] ?? 0) / 5;
  findings.note(`capacity: ${Math.round(capacity)} triggers a second, 16 at a time`);
  const memory = watchMemory(topology);
  const { ended } = await startFlood(topology, { rate: capacity * TIMES, seconds: SECONDS, exports });
  let isOver = false;
  const flooded = ended.finally(() => (isOver = true));
  await pause(RISE_MS);
  const loaded = await signAll(system, ready.slice(USUALLY), () => isOver);
  const result = await flooded;
  checkSigning(findings, usual, loaded);
  checkRefusals(findings, result, capacity);
  const most = memory.stop();
  const words = Object.entries(most).map(([name, megabytes]) => `${name} ${megabytes}`);
  const isBounded = Object.entries(most).every(
    ([name, mb]) => mb < memoryLimitMb(name.startsWith('api') ? 'api' : 'worker'),
  );
  findings.check(
    'memory below the limits of docker-compose.yml',
    isBounded,
    `at most, MB: ${words.join(', ')}`,
  );
  await settle(topology, findings);
}

/** A backup holds endpoints whose receivers have gone since: what waits for them would not end. */
async function removeEndpoints(system: BusinessSystem): Promise<void> {
  const { body } = await system.call<{ data: { id: string }[] }>('GET', '/v1/webhook-endpoints');
  for (const { id } of body.data) await system.call('DELETE', `/v1/webhook-endpoints/${id}`);
}

async function openContracts(
  system: BusinessSystem,
  count: number,
): Promise<{ id: string; signatory: string }[]> {
  return each(Array.from({ length: count }), 6, async () => {
    const id = await system.trigger({ label: LABEL, signatories: 1 });
    const contract = await until(
      `${id} to be open`,
      async () => {
        const view = await system.contract(id);
        return view.status === 'open' && view;
      },
      120_000,
    );
    return { id, signatory: contract.signatories[0]?.id ?? '' };
  });
}

/** The dearest reads: evidence and documents of a contract that is completed. */
async function exportPaths({ twin }: Topology, system: BusinessSystem): Promise<string[]> {
  const [one] = await openContracts(system, 1);
  const id = one?.id ?? '';
  const { platformId } = await system.contract(id);
  const site = createPlatformSite(twin.controlUrl);
  for (const signatory of (await site.contract(platformId ?? '')).signatories)
    await site.sign(platformId ?? '', signatory.id);
  await until(
    'the export to be there',
    async () => (await system.contract(id)).status === 'completed',
    60_000,
  );
  return [`/v1/contracts/${id}/evidence`, `/v1/contracts/${id}/log`];
}

interface Signing {
  /** Milliseconds, sorted. */
  readonly times: readonly number[];
  readonly others: readonly number[];
}

/** One after the other, as a person signs, until it is over; a refusal counts as such. */
async function signAll(
  system: BusinessSystem,
  contracts: readonly { id: string; signatory: string }[],
  isOver: () => boolean,
): Promise<Signing> {
  const times: number[] = [];
  const others: number[] = [];
  for (const { id, signatory } of contracts) {
    if (isOver()) break;
    const began = performance.now();
    const { status } = await system.call('POST', `/v1/contracts/${id}/signatories/${signatory}/signature`, {
      code: '0000',
    });
    if (status === 200) times.push(performance.now() - began);
    else others.push(status);
  }
  return { times: times.sort((a, b) => a - b), others };
}

function checkSigning(findings: Findings, usual: Signing, loaded: Signing): void {
  const [before, under] = [median(usual.times), median(loaded.times)];
  const worst = (times: readonly number[]) => Math.round(times[Math.floor(times.length * 0.95)] ?? 0);
  const words = `${loaded.times.length} under load: median ${Math.round(under)} ms, usually ${Math.round(before)}; 95th percentile ${worst(loaded.times)} ms, usually ${worst(usual.times)}`;
  const isSeen = loaded.times.length >= FEWEST_UNDER_LOAD;
  findings.check('signing by API stays below twice its usual time', isSeen && under < before * 2, words);
  findings.check(
    'signatures refused',
    loaded.others.length === 0,
    loaded.others.length === 0 ? 'none' : loaded.others.join(', '),
  );
}

function checkRefusals(
  findings: Findings,
  { sent, unsent, counts, withoutRetryAfter }: FloodResult,
  capacity: number,
): void {
  const asked = (sent + unsent) / SECONDS;
  const answered = sent / SECONDS;
  const refused = Object.entries(counts).reduce(
    (sum, [what, n]) => sum + (/(429|503)$/.test(what) ? n : 0),
    0,
  );
  findings.check(
    'it was an overload: some were refused',
    refused > 0,
    `${Math.round(asked)} a second wanted, ${Math.round(answered)} answered (${(answered / capacity).toFixed(1)} times the capacity), ${refused} refused`,
  );
  const words = Object.entries(counts).map(([what, count]) => `${what}: ${count}`);
  const isFine = (what: string) => /(200|202|429|503)$/.test(what);
  const odd = Object.keys(counts).filter((what) => !isFine(what));
  findings.check(
    'every answer a success or 429 or 503',
    odd.length === 0,
    `${sent} sent, ${unsent} more would have been: ${words.join(', ')}`,
  );
  findings.check('refusals without Retry-After', withoutRetryAfter === 0, withoutRetryAfter);
}

function median(times: readonly number[]): number {
  return times[times.length >> 1] ?? Number.POSITIVE_INFINITY;
}

/** The most that each api and worker held, in megabytes. */
function watchMemory({ supervisor }: Topology): { stop: () => Record<string, number> } {
  const most: Record<string, number> = {};
  const look = (): void => {
    for (const [name, pid] of Object.entries(supervisor.pids()))
      if (/^(api|worker)-/.test(name)) most[name] = Math.max(most[name] ?? 0, residentMegabytes(pid));
  };
  const timer = setInterval(look, 500);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

/** 0 where the system has no /proc. */
function residentMegabytes(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

/** What was accepted is published and told, later. */
async function settle(topology: Topology, findings: Findings): Promise<void> {
  const began = Date.now();
  const first = await waitingIn(topology);
  const perContract = 300;
  const done = await until(
    'the accepted contracts and their messages',
    async () => (await waitingIn(topology)) === 0,
    60_000 + first * perContract,
    1_000,
  ).catch(() => false);
  findings.check(
    'what was accepted is published and told afterwards',
    done,
    `${first} contracts and messages waited, ${Math.round((Date.now() - began) / 1000)} s`,
  );
}

/** Contracts not yet published, and messages not yet sent. */
async function waitingIn({ site }: Topology): Promise<number> {
  const [row] = await query<{ waiting: number }>(
    site.databaseUrl,
    `select ((select count(*) from paraphe.contract where status = 'accepted') + (select count(*)
       from paraphe.delivery where status = 'pending' and workflow_started_at is null))::int as waiting`,
  );
  return row?.waiting ?? 0;
}
