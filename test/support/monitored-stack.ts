import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../local/ports.js';
import { recordRequests, type RecordingServer } from './http.js';
import { endStack, startStackProcess, untilReady, type StackFile } from './stack.js';
import { waitFor } from './wait.js';

export interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { traceId: string; spanId: string }[];
  readonly text: string;
}

export interface MonitoredStack {
  readonly file: StackFile;
  /** Away until it is opened. */
  readonly openCollector: () => Promise<RecordingServer>;
  /** Spans that the collector has so far. */
  readonly spans: () => Span[];
  /** The text that Prometheus would read: of the api, the worker, Temporal's SDK. */
  readonly metrics: () => Promise<string>;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

/** The whole product as processes, with a collector that is to come and keeps what it gets, and with open metrics ports. */
export async function startMonitoredStack(env: Record<string, string> = {}): Promise<MonitoredStack> {
  const home = await mkdtemp(path.join(tmpdir(), 'paraphe-monitored-'));
  let collector: RecordingServer | null = null;
  const [collectorPort, ...ports] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const stack = await startStackProcess(home, {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collectorPort}`,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      API_METRICS_PORT: String(ports[0]),
      WORKER_METRICS_PORT: String(ports[1]),
      TEMPORAL_METRICS_PORT: String(ports[2]),
      LOG_LEVEL: 'info',
      ...env,
    },
  });
  const file = await untilReady(stack);
  return {
    file,
    openCollector: async () => (collector = await recordRequests(() => 200, collectorPort)),
    spans: () =>
      (collector?.requests ?? [])
        .filter((one) => one.path === '/v1/traces')
        .flatMap((one) => spansOf(one.body)),
    metrics: async () => {
      const texts = ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
      return (await Promise.all(texts)).join('\n');
    },
    output: stack.output,
    stop: async () => {
      await endStack(stack);
      await collector?.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

interface Otlp {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: (Omit<Span, 'service' | 'text'> & object)[] }[];
  }[];
}

export function spansOf(body: string): Span[] {
  const { resourceSpans } = JSON.parse(body) as Otlp;
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({ ...span, service, text: JSON.stringify(span) })),
    );
  });
}

/** Names of the metrics in a text for Prometheus; of a histogram also those of its parts. */
export function metricNames(text: string): Set<string> {
  const names = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Set(names.map((line) => /^[^{\s]+/.exec(line)?.[0] ?? ''));
}

export async function untilSpan(stack: MonitoredStack, fits: (span: Span) => boolean): Promise<Span> {
  let found: Span | undefined;
  await waitFor(() => (found = stack.spans().find(fits)) !== undefined, 30_000);
  return found!;
}
