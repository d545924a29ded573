import { metrics, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { readTelemetrySettings } from '../../runtime/config.js';
import { count } from '../../runtime/telemetry/instruments.js';
import { currentTraceparent, inTrace } from '../../runtime/telemetry/in-trace.js';
import { createScrubbingExporter } from '../../runtime/telemetry/scrub.js';
import { startTelemetry } from '../../runtime/telemetry/start-telemetry.js';
import { temporalMetrics } from '../../runtime/telemetry/temporal.js';

const secret = 'camille@example.org';

test('a span that leaves holds its route and its status, and nothing that a person or a secret could be in', () => {
  const inner = new InMemorySpanExporter();
  const attributes = {
    'http.request.method': 'POST',
    'http.route': '/v1/contracts/:id',
    'url.full': `https://example.org/${secret}`,
    'url.query': secret,
    'db.query.text': `select '${secret}'`,
    'client.address': '192.0.2.1',
    'server.address': secret,
  };
  const span = {
    name: 'POST',
    attributes,
    status: { code: 2, message: secret },
    events: [
      {
        name: 'exception',
        time: [0, 0],
        attributes: {
          'exception.type': 'Refusal',
          'exception.message': secret,
          'exception.stacktrace': secret,
        },
      },
    ],
    links: [{ context: {}, attributes: { note: secret } }],
    resource: resourceFromAttributes({ 'service.name': 'paraphe-api' }),
  } as unknown as ReadableSpan;
  createScrubbingExporter(inner).export([span], () => undefined);
  const [sent] = inner.getFinishedSpans();
  expect(sent!.attributes).toEqual({ 'http.request.method': 'POST', 'http.route': '/v1/contracts/:id' });
  expect(sent!.status).toEqual({ code: 2 });
  expect(sent!.events[0]!.attributes).toEqual({ 'exception.type': 'Refusal' });
  expect(JSON.stringify([sent!.attributes, sent!.status, sent!.events, sent!.links])).not.toContain(secret);
  expect(span.attributes).toBe(attributes);
});

test('without a collector and without a port nothing is started, and what is measured goes nowhere', async () => {
  const settings = readTelemetrySettings('api', {});
  expect(settings).toMatchObject({ otlp: false, metricsPort: undefined, temporalMetricsPort: undefined });
  const telemetry = startTelemetry('api', settings);
  count('paraphe_api_problems_total', { code: 'not_found' });
  expect(trace.getTracer('x').startSpan('y').isRecording()).toBe(false);
  expect(metrics.getMeterProvider().constructor.name).toBe('NoopMeterProvider');
  expect(currentTraceparent()).toBeNull();
  expect(await inTrace(null, 'x', 0, () => Promise.resolve(7))).toBe(7);
  expect(temporalMetrics(telemetry)).toEqual({});
  await telemetry.stop();
});

test('api and worker on one host have metrics ports of their own, and a bad setting is left to the settings', () => {
  const both = { METRICS_PORT: '1000', WORKER_METRICS_PORT: '1001' };
  expect(readTelemetrySettings('api', both).metricsPort).toBe(1000);
  expect(readTelemetrySettings('worker', both).metricsPort).toBe(1001);
  expect(readTelemetrySettings('worker', { METRICS_PORT: 'x' }).metricsPort).toBeUndefined();
});

test('Temporal’s metrics go to Prometheus or, without a port, to the collector', () => {
  const settings = readTelemetrySettings('worker', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/' });
  expect(temporalMetrics({ settings })).toMatchObject({
    metrics: { otel: { url: 'http://127.0.0.1:4318/v1/metrics', http: true } },
  });
  const scraped = { ...settings, temporalMetricsPort: 9465 };
  expect(temporalMetrics({ settings: scraped })).toMatchObject({
    metrics: {
      prometheus: { bindAddress: '127.0.0.1:9465', useSecondsForDurations: true, unitSuffix: true },
    },
  });
});
