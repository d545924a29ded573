import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
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

async function compare(key: string, without: Listening, withIt: Listening): Promise<object> {
  const body = triggerBody(50_000);
  const measure = async ({ port }: Listening, seconds: number) =>
    load({ port, key, body, atOnce: AT_ONCE, seconds });
  for (const one of [without, withIt]) await measure(one, WARM_SECONDS);
  const runs: { without: number; with: number; costPercent: number }[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const bare = await measure(without, SECONDS);
    const full = await measure(withIt, SECONDS);
    const costPercent = Math.round((1 - full.perSecond / bare.perSecond) * 1_000) / 10;
    runs.push({ without: bare.perSecond, with: full.perSecond, costPercent });
  }
  const costs = runs.map((run) => run.costPercent).sort((a, b) => a - b);
  return { cpus: cpus().length, atOnce: AT_ONCE, costPercent: costs[Math.floor(costs.length / 2)], runs };
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
