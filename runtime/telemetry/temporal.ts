import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry-v2';
import { defaultResource } from '@opentelemetry/resources';
import { NoopSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { TelemetryOptions } from '@temporalio/worker';
import type { Telemetry } from './start-telemetry.js';

/**
 * Carries the trace through Temporal. Part of client, worker and bundle whether anything is exported or not: the
 * interceptors leave marks in histories, so a worker with and one without them could not share contracts
 * (docs/decisions/0060-traces-in-histories.md).
 * @param telemetry none: spans of workflows are dropped
 */
export function tracePlugin(telemetry?: Pick<Telemetry, 'resource' | 'spanProcessor'>): OpenTelemetryPlugin {
  return new OpenTelemetryPlugin({
    resource: telemetry?.resource ?? defaultResource(),
    spanProcessor: telemetry?.spanProcessor ?? new NoopSpanProcessor(),
  });
}

/** The metrics of Temporal's SDK, under the names that Temporal's own alerts assume; none unless asked for. */
export function temporalMetrics({
  settings,
}: Pick<Telemetry, 'settings'>): Pick<TelemetryOptions, 'metrics'> {
  const { temporalMetricsPort, metricsHost, metricsPort, otlpEndpoint } = settings;
  if (temporalMetricsPort !== undefined) {
    // In this line of the SDK counters keep their plain names whatever is asked for; said here so that it stays so.
    const naming = { countersTotalSuffix: false, unitSuffix: true, useSecondsForDurations: true };
    return { metrics: { prometheus: { bindAddress: `${metricsHost}:${temporalMetricsPort}`, ...naming } } };
  }
  if (otlpEndpoint === undefined || metricsPort !== undefined) return {};
  const url = new URL('v1/metrics', `${otlpEndpoint.replace(/\/$/, '')}/`).href;
  return { metrics: { otel: { url, http: true, useSecondsForDurations: true } } };
}
