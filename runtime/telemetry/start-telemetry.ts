import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { PeriodicExportingMetricReader, type IMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, NoopSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { TelemetrySettings } from '../config.js';
import { readVersion } from '../version.js';
import { startCounters } from './instruments.js';
import { instrumentations } from './instrumentations.js';
import { createScrubbingExporter } from './scrub.js';
import { viewsFor } from './views.js';

export interface Telemetry {
  readonly settings: TelemetrySettings;
  readonly resource: Resource;
  /** Where the spans of workflows go; it drops them when nothing is exported. */
  readonly spanProcessor: SpanProcessor;
  /** Sends what waits, for at most 3 s; never throws. */
  stop(): Promise<void>;
}

const STOP_MS = 3_000;

/**
 * Starts OpenTelemetry, before any module that it instruments is loaded. Without a collector's address or a port for
 * Prometheus it starts nothing; with a collector that is away the service works the same, and what it can't take is
 * dropped. The SDK itself reads the other `OTEL_*` settings.
 */
export function startTelemetry(process: 'api' | 'worker', settings: TelemetrySettings): Telemetry {
  const resource = defaultResource().merge(
    resourceFromAttributes({
      'service.name': `paraphe-${process}`,
      'service.version': readVersion(),
      'deployment.environment.name': settings.environment,
    }),
  );
  const { otlp, metricsPort } = settings;
  if (!otlp && metricsPort === undefined)
    return { settings, resource, spanProcessor: new NoopSpanProcessor(), stop: () => Promise.resolve() };
  const processors = otlp ? [new BatchSpanProcessor(createScrubbingExporter(new OTLPTraceExporter()))] : [];
  const sdk = new NodeSDK({
    resource,
    autoDetectResources: false,
    spanProcessors: processors,
    metricReaders: [readerOf(settings)],
    views: viewsFor(metricsPort === undefined ? 'otlp' : 'prometheus'),
    logRecordProcessors: [],
    instrumentations: instrumentations(),
  });
  sdk.start();
  sayWhatRuns(process);
  const spanProcessor = processors[0] ?? new NoopSpanProcessor();
  return { settings, resource, spanProcessor, stop: () => inTime(sdk.shutdown()) };
}

function readerOf({ metricsPort: port, metricsHost: host }: TelemetrySettings): IMetricReader {
  if (port === undefined) return new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() });
  // A port that is taken costs the metrics, not the service.
  return new PrometheusExporter({ port, host, withResourceConstantLabels: /^$/ }, (error) => {
    if (error !== undefined) globalThis.process.emitWarning(`no metrics: ${error.message}`);
  });
}

function sayWhatRuns(process: string): void {
  const info = metrics.getMeter('paraphe').createObservableGauge('paraphe_build_info', {
    description: 'Always 1; the labels say which version runs',
  });
  info.addCallback((result) => result.observe(1, { process, version: readVersion() }));
  startCounters();
}

async function inTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, STOP_MS);
  });
  await Promise.race([work.then(() => undefined).catch(() => undefined), late]);
  clearTimeout(timer);
}
