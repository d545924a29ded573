import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { freePort } from '../local/ports.js';
import { newKey } from '../runtime/keys.js';
import { startApi } from './accept/api-process.js';
import { startLoader } from './accept/loader.js';
import type { Listening } from './accept/processes.js';
import { triggerBody } from './accept/trigger-body.js';
import { percentile } from './percentile.js';
import { processorMs } from './processor-time.js';
import { startServers, type BenchServers } from './servers.js';

const AT_ONCE = 8;
const PDF_BYTES = 50_000;
const WARM_SECONDS = 5;
/** An api that rested for seconds is slower at first, whatever it exports: each block begins unmeasured. */
const AGAIN_SECONDS = 1;
const BLOCK_SECONDS = 2;
const ROUNDS = 15;
/** As in ops/prometheus.yml. */
const SCRAPE_MS = 15_000;

/**
 * What telemetry costs of the triggers a second that the api accepts: two apis that export nothing, one that exports
 * every trace to a collector and one that exports a trace in ten, as docker-compose.yml says, both scraped. They take
 * turns in short blocks on the same servers, all after an equal rest; each round is compared with itself, so that
 * neither the growing tables nor other work on the machine are counted. `noise` is what the two equal apis differ.
 * A number after the name says how many rounds are played (15, 3 minutes).
 */
export async function benchTelemetry([rounds]: readonly string[]): Promise<object> {
  const servers = await startServers();
  // Takes what it gets and lies in this process: the cost is the api's own.
  const collector = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const key = newKey('sandbox');
  const { port } = collector.address() as AddressInfo;
  const ports = { everyTrace: await freePort(), oneTraceInTen: await freePort() };
  const apis = await startApis(servers, key, `http://127.0.0.1:${port}`, ports);
  const scrape = setInterval(() => Object.values(ports).forEach(read), SCRAPE_MS);
  const loader = startLoader();
  const body = triggerBody(PDF_BYTES);
  const measure = async ({ port, pid }: Listening, seconds: number): Promise<Block> => {
    const before = processorMs(pid);
    const { perSecond, statuses } = await loader.run({ port, key, body, atOnce: AT_ONCE, seconds });
    const requests = Object.values(statuses).reduce((sum, count) => sum + count, 0);
    if (statuses[202] !== requests) throw new Error(`not all accepted: ${JSON.stringify(statuses)}`);
    return { perSecond, cpuMs: (processorMs(pid) - before) / requests };
  };
  try {
    return await compare(apis, measure, Number(rounds ?? ROUNDS));
  } finally {
    clearInterval(scrape);
    loader.stop();
    await Promise.all(Object.values(apis).map((api) => api.stop()));
    collector.close();
    await servers.stop();
  }
}

type Exporting = 'everyTrace' | 'oneTraceInTen';
type Name = 'without' | 'withoutAgain' | Exporting;
type Apis = Record<Name, Listening>;

interface Block {
  perSecond: number;
  /** Of the api's own process, for each request. */
  cpuMs: number;
}

async function startApis(
  servers: BenchServers,
  key: string,
  endpoint: string,
  ports: Record<Exporting, number>,
): Promise<Apis> {
  const exporting = (name: Exporting) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    METRICS_PORT: String(ports[name]),
  });
  const oneInTen = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' };
  return {
    without: await startApi(servers, key, {}),
    everyTrace: await startApi(servers, key, exporting('everyTrace')),
    withoutAgain: await startApi(servers, key, {}),
    oneTraceInTen: await startApi(servers, key, { ...exporting('oneTraceInTen'), ...oneInTen }),
  };
}

function read(port: number): void {
  fetch(`http://127.0.0.1:${port}/metrics`).then(
    (answer) => answer.text(),
    () => undefined,
  );
}

async function compare(
  apis: Apis,
  measure: (api: Listening, seconds: number) => Promise<Block>,
  rounds: number,
): Promise<object> {
  for (const api of Object.values(apis)) await measure(api, WARM_SECONDS);
  const ratios: Record<Exporting | 'noise', Block[]> = { everyTrace: [], oneTraceInTen: [], noise: [] };
  const plain: Block[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const blocks = {} as Record<Name, Block>;
    for (const [name, api] of Object.entries(apis) as [Name, Listening][]) {
      await measure(api, AGAIN_SECONDS);
      blocks[name] = await measure(api, BLOCK_SECONDS);
    }
    plain.push(mean(blocks.without, blocks.withoutAgain));
    ratios.everyTrace.push(ratio(blocks.everyTrace, plain.at(-1)!));
    ratios.oneTraceInTen.push(ratio(blocks.oneTraceInTen, plain.at(-1)!));
    ratios.noise.push(ratio(blocks.withoutAgain, blocks.without));
    process.stderr.write(`paraphe: round ${round + 1} of ${rounds}\n`);
  }
  return {
    cpus: cpus().length,
    atOnce: AT_ONCE,
    without: { perSecond: Math.round(median(plain, 'perSecond')), cpuMs: median(plain, 'cpuMs') },
    everyTrace: costOf(ratios.everyTrace),
    oneTraceInTen: costOf(ratios.oneTraceInTen),
    noise: costOf(ratios.noise),
  };
}

const ratio = (a: Block, b: Block): Block => ({
  perSecond: a.perSecond / b.perSecond,
  cpuMs: a.cpuMs / b.cpuMs,
});
const mean = (a: Block, b: Block): Block => ({
  perSecond: (a.perSecond + b.perSecond) / 2,
  cpuMs: (a.cpuMs + b.cpuMs) / 2,
});
const median = (blocks: readonly Block[], what: keyof Block): number =>
  percentile(
    blocks.map((block) => block[what]),
    0.5,
  );

/** Lower quartile, median and upper quartile of what is lost, in per cent. */
function costOf(ratios: readonly Block[]): object {
  const quartiles = (losses: number[]): number[] =>
    [0.25, 0.5, 0.75].map((share) => Math.round(percentile(losses, share) * 1_000) / 10);
  return {
    percentOfThroughput: quartiles(ratios.map(({ perSecond }) => 1 - perSecond)),
    percentOfCpu: quartiles(ratios.map(({ cpuMs }) => cpuMs - 1)),
  };
}
