import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { newKey } from '../runtime/keys.js';
import { load } from './accept/load.js';
import { startListening, type Listening } from './accept/processes.js';
import { triggerBody } from './accept/trigger-body.js';
import { startServers, type BenchServers } from './servers.js';

const AT_ONCE = 16;
const WARM_SECONDS = 3;
const SECONDS = 6;
const TURNS = 5;

/**
 * What telemetry costs of the triggers a second that the api accepts: one api that exports every trace to a collector
 * and is scraped each second, one that exports nothing, in turns on the same servers. The collector's stand-in takes
 * what it gets and lies in this process, so the cost is the api's own.
 */
export async function benchTelemetry(): Promise<object> {
  const servers = await startServers();
  const collector = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const key = newKey('sandbox');
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const metricsPort = String(20_000 + Math.floor(Math.random() * 10_000));
  const without = await startApi(servers, key, {});
  const exporting = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, METRICS_PORT: metricsPort };
  const withIt = await startApi(servers, key, exporting);
  const scrape = setInterval(() => {
    fetch(`http://127.0.0.1:${metricsPort}/metrics`).then(
      (answer) => answer.text(),
      () => undefined,
    );
  }, 1_000);
  try {
    return await compare(key, without, withIt);
  } finally {
    clearInterval(scrape);
    await Promise.all([without.stop(), withIt.stop()]);
    collector.close();
    await servers.stop();
  }
}

interface Measured {
  perSecond: number;
  /** Of the api's own process. */
  cpuMsPerRequest: number;
}

async function compare(key: string, without: Listening, withIt: Listening): Promise<object> {
  const body = triggerBody(50_000);
  const measure = async (api: Listening, seconds: number): Promise<Measured> => {
    const before = cpuMs(api);
    const { perSecond, statuses } = await load({ port: api.port, key, body, atOnce: AT_ONCE, seconds });
    const requests = Object.values(statuses).reduce((sum, count) => sum + count, 0);
    return { perSecond, cpuMsPerRequest: (cpuMs(api) - before) / requests };
  };
  for (const one of [without, withIt]) await measure(one, WARM_SECONDS);
  const runs: { without: Measured; with: Measured }[] = [];
  for (let turn = 0; turn < TURNS; turn += 1)
    runs.push({ without: await measure(without, SECONDS), with: await measure(withIt, SECONDS) });
  return {
    cpus: cpus().length,
    atOnce: AT_ONCE,
    // Other work on the machine spoils the throughput; what a request costs the api it doesn't.
    costPercentOfCpu: percent(runs.map((run) => run.with.cpuMsPerRequest / run.without.cpuMsPerRequest - 1)),
    costPercentOfThroughput: percent(runs.map((run) => 1 - run.with.perSecond / run.without.perSecond)),
    runs,
  };
}

/** The median, in per cent. */
function percent(shares: number[]): number {
  const sorted = shares.sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)]! * 1_000) / 10;
}

/** Time on the processor so far; Linux counts it in hundredths of a second. */
function cpuMs({ process: child }: Listening): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function startApi(servers: BenchServers, key: string, env: Record<string, string>): Promise<Listening> {
  return startListening(join(__dirname, '..', 'api', 'main.js'), {
    DATABASE_URL: servers.databaseUrl,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    PARAPHE_MASTER_KEY: randomBytes(32).toString('base64'),
    PLATFORM_URL: 'http://127.0.0.1:1',
    PLATFORM_API_USER: 'bench',
    PLATFORM_API_KEY: 'bench',
    ARCHIVE_URL: `file://${mkdtempSync(join(tmpdir(), 'paraphe-bench-archive-'))}`,
    API_PORT: '0',
    BOOTSTRAP_CLIENT_KEY: key,
    LOG_LEVEL: 'info',
    ...env,
  });
}
