import { defaultResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { NoopSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { TelemetrySettings } from '../config.js';
import { readVersion } from '../version.js';
import type * as Export from './start-export.js';

export interface Telemetry {
  readonly settings: TelemetrySettings;
  readonly resource: Resource;
  /** Where the spans of workflows go; it drops them when nothing is exported. */
  readonly spanProcessor: SpanProcessor;
  /** Sends what waits, for at most 3 s; never throws. */
  stop(): Promise<void>;
}

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
  if (!settings.otlp && settings.metricsPort === undefined)
    return { settings, resource, spanProcessor: new NoopSpanProcessor(), stop: () => Promise.resolve() };
  // Loaded here: it takes a seventh of a program's start, which most have no use for.
  const { startExport } = require('./start-export.js') as typeof Export;
  return startExport(process, settings, resource);
}
