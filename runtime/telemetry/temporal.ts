import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry-v2';
import { defaultResource } from '@opentelemetry/resources';
import { NoopSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Context } from '@temporalio/activity';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor, TelemetryOptions, WorkerOptions } from '@temporalio/worker';
import { WORKFLOWS } from '../../domain/messages.js';
import { inTraceAfterWait, isLongWait } from './in-trace.js';
import type { Telemetry } from './start-telemetry.js';

/**
 * Carries the trace through Temporal. Part of client, worker and bundle whether anything is exported or not: the
 * interceptors leave marks in histories, so a worker with and one without them could not share contracts
 * (docs/decisions/0060-traces-in-histories.md).
 * @param telemetry none: spans of workflows are dropped
 */
export function tracePlugin(telemetry?: Pick<Telemetry, 'resource' | 'spanProcessor'>): OpenTelemetryPlugin {
  return new TracePlugin({
    resource: telemetry?.resource ?? defaultResource(),
    spanProcessor: withoutWatch(telemetry?.spanProcessor ?? new NoopSpanProcessor()),
  });
}

/** Around the plugin's own interceptor, which would go on with the workflow's trace for as long as that lives. */
class TracePlugin extends OpenTelemetryPlugin {
  override configureWorker(options: WorkerOptions): WorkerOptions {
    const { interceptors } = options;
    const activity = [(ctx: Context) => ({ inbound: afterWaits(ctx) }), ...(interceptors?.activity ?? [])];
    return super.configureWorker({ ...options, interceptors: { ...interceptors, activity } });
  }
}

/** A turn of the watch, and an attempt that is made hours after the first, begin traces of their own. */
function afterWaits({ info }: Context): ActivityInboundCallsInterceptor {
  const waitedMs = info.currentAttemptScheduledTimestampMs - info.scheduledTimestampMs;
  const isOwn = info.workflowType === WORKFLOWS.watch || isLongWait(waitedMs);
  if (!isOwn) return {};
  return {
    execute: (input, next) =>
      inTraceAfterWait(info.activityType, traceparentOf(input.headers), () =>
        next({ ...input, headers: {} }),
      ),
  };
}

/** The plugin's own header. */
function traceparentOf(headers: Headers): string | null {
  const header = headers['_tracer-data'];
  if (header === undefined) return null;
  return defaultPayloadConverter.fromPayload<{ traceparent?: string }>(header).traceparent ?? null;
}

/** The watch never ends: the spans of its workflow would be one trace without end. */
function withoutWatch(inner: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, parent) => inner.onStart(span, parent),
    onEnd: (span) => {
      if (span.attributes['workflowType'] !== WORKFLOWS.watch) inner.onEnd(span);
    },
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
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
