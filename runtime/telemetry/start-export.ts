import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import { PeriodicExportingMetricReader, type IMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, NoopSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { TelemetrySettings } from '../config.js';
import { readVersion } from '../version.js';
import { startCounters } from './instruments.js';
import { instrumentations } from './instrumentations.js';
import { createScrubbingExporter } from './scrub.js';
import type { Telemetry } from './start-telemetry.js';
import { viewsFor } from './views.js';

const STOP_MS = 3_000;

/** Starts the SDK, with a collector or a port for Prometheus. */
export function startExport(process: string, settings: TelemetrySettings, resource: Resource): Telemetry {
  const { otlp, metricsPort } = settings;
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
