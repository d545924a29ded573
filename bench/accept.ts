import { cpus } from 'node:os';
import { join } from 'node:path';
import { query } from '../local/postgres/query.js';
import { newKey } from '../runtime/keys.js';
import { startApi } from './accept/api-process.js';
import type { LoadResult } from './accept/load.js';
import { startLoader } from './accept/loader.js';
import { startListening, type Listening } from './accept/processes.js';
import { triggerBody } from './accept/trigger-body.js';
import { processorMs } from './processor-time.js';
import { startServers, type BenchServers } from './servers.js';

const AT_ONCE = 32;
const PDF_BYTES = 50_000;
const WARM_SECONDS = 3;
const SECONDS = 8;
const TURNS = 3;

type Run = LoadResult & { processorMsPerRequest: Record<string, number> };

/**
 * Triggers a second that the api accepts, beside what a bare Express handler takes that parses the same body and
 * keeps nothing, in turns in the same run. Real PostgreSQL with its safety on, real Temporal starting the workflows.
 * `--without-temporal` leaves Temporal away.
 */
export async function benchAccept(): Promise<object> {
  const servers = await startServers();
  const withoutTemporal = process.argv.includes('--without-temporal');
  const temporalAddress = withoutTemporal ? '127.0.0.1:1' : servers.temporalAddress;
  const key = newKey('sandbox');
  const api = await startApi({ ...servers, temporalAddress }, key);
  const bare = await startListening(join(__dirname, 'accept', 'bare.js'));
  const loader = startLoader();
  const body = triggerBody(PDF_BYTES);
  const measure = async ({ port, pid }: Listening, seconds: number): Promise<Run> => {
    const counted = { handler: pid, load: loader.pid, ...servers.pids };
    const before = Object.values(counted).map(processorMs);
    const result = await loader.run({ port, key, body, atOnce: AT_ONCE, seconds });
    const requests = Object.values(result.statuses).reduce((sum, count) => sum + count, 0);
    const spent = Object.entries(counted).map(([name, one], index) => {
      const ms = processorMs(one) - before[index]!;
      return [name, Math.round((ms / requests) * 1000) / 1000] as const;
    });
    return { ...result, processorMsPerRequest: Object.fromEntries(spent) };
  };
  try {
    for (const what of [bare, api]) await measure(what, WARM_SECONDS);
    const runs: { bare: Run; api: Run }[] = [];
    for (let turn = 0; turn < TURNS; turn++)
      runs.push({ bare: await measure(bare, SECONDS), api: await measure(api, SECONDS) });
    return { ...summaryOf(runs), contracts: await countContracts(servers), runs };
  } finally {
    loader.stop();
    await Promise.all([api.stop(), bare.stop()]);
    await servers.stop();
  }
}

function summaryOf(runs: { bare: Run; api: Run }[]): object {
  const ratios = runs.map((one) => one.api.perSecond / one.bare.perSecond).sort((a, b) => a - b);
  return {
    cpus: cpus().length,
    pdfBytes: PDF_BYTES,
    atOnce: AT_ONCE,
    ratio: Math.round(ratios[Math.floor(ratios.length / 2)]! * 1000) / 1000,
    p99Ms: Math.max(...runs.map((one) => one.api.latencyMs.p99)),
  };
}

/** What was accepted is there, whatever of it has a workflow by now. */
async function countContracts({ databaseUrl }: BenchServers): Promise<{ stored: number; started: number }> {
  const [counts] = await query<{ stored: number; started: number }>(
    databaseUrl,
    'select count(*)::int as stored, count(workflow_started_at)::int as started from paraphe.contract',
  );
  return counts!;
}
