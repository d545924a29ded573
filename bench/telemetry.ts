import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { newKey } from '../runtime/keys.js';
import { startApi } from './accept/api-process.js';
import { load } from './accept/load.js';
import type { Listening } from './accept/processes.js';
import { triggerBody } from './accept/trigger-body.js';
import { processorMs } from './processor-time.js';
import { startServers } from './servers.js';

const AT_ONCE = 16;
const WARM_SECONDS = 3;
const SECONDS = 4;
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
  const exporting = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, METRICS_PORT: metricsPort };
  const apis = {
    without: await startApi(servers, key, {}),
    everyTrace: await startApi(servers, key, exporting),
    oneTraceInTen: await startApi(servers, key, {
      ...exporting,
      METRICS_PORT: String(Number(metricsPort) + 1),
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    }),
  };
  const scrape = setInterval(() => {
    fetch(`http://127.0.0.1:${metricsPort}/metrics`).then(
      (answer) => answer.text(),
      () => undefined,
    );
  }, 1_000);
  try {
    return await compare(key, apis);
  } finally {
    clearInterval(scrape);
    await Promise.all(Object.values(apis).map((api) => api.stop()));
    collector.close();
    await servers.stop();
  }
}

interface Measured {
  perSecond: number;
  /** Of the api's own process. */
  cpuMsPerRequest: number;
}

type Apis = Record<'without' | 'everyTrace' | 'oneTraceInTen', Listening>;

async function compare(key: string, apis: Apis): Promise<object> {
  const body = triggerBody(50_000);
  const measure = async (api: Listening, seconds: number): Promise<Measured> => {
    const before = processorMs(api.pid);
    const { perSecond, statuses } = await load({ port: api.port, key, body, atOnce: AT_ONCE, seconds });
    const requests = Object.values(statuses).reduce((sum, count) => sum + count, 0);
    return { perSecond, cpuMsPerRequest: (processorMs(api.pid) - before) / requests };
  };
  for (const api of Object.values(apis)) await measure(api, WARM_SECONDS);
  const runs: Record<keyof Apis, Measured>[] = [];
  for (let turn = 0; turn < TURNS; turn += 1)
    runs.push({
      without: await measure(apis.without, SECONDS),
      everyTrace: await measure(apis.everyTrace, SECONDS),
      oneTraceInTen: await measure(apis.oneTraceInTen, SECONDS),
    });
  const cost = (name: keyof Apis): object => ({
    // Other work on the machine spoils the throughput; what a request costs the api it doesn't.
    percentOfCpu: percent(runs.map((run) => run[name].cpuMsPerRequest / run.without.cpuMsPerRequest - 1)),
    percentOfThroughput: percent(runs.map((run) => 1 - run[name].perSecond / run.without.perSecond)),
  });
  const costs = { everyTrace: cost('everyTrace'), oneTraceInTen: cost('oneTraceInTen') };
  return { cpus: cpus().length, atOnce: AT_ONCE, ...costs, runs };
}

/** The median, in per cent. */
function percent(shares: number[]): number {
  const sorted = shares.sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)]! * 1_000) / 10;
}
