import { trace } from '@opentelemetry/api';
import { currentTraceparent, inTrace, linkTrace } from '../../runtime/telemetry/in-trace.js';
import { readTelemetrySettings } from '../../runtime/config.js';
import { startTelemetry } from '../../runtime/telemetry/start-telemetry.js';
import { recordRequests } from '../support/http.js';
import { spansOf } from '../support/monitored-stack.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const BEFORE = `00-${TRACE}-00f067aa0ba902b7-01`;
const HOURS = 3_600_000;

test('what waited for minutes goes on with its trace; what waited for days begins one that is linked to it', async () => {
  const collector = await recordRequests();
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector.url;
  const telemetry = startTelemetry('worker', readTelemetrySettings('worker'));
  const told = { soon: '', late: '' };
  await inTrace(BEFORE, 'soon', 60_000, async () => void (told.soon = currentTraceparent() ?? ''));
  await inTrace(BEFORE, 'late', 50 * HOURS, async () => void (told.late = currentTraceparent() ?? ''));
  trace.getTracer('test').startActiveSpan('signed by the api', (span) => {
    linkTrace(BEFORE);
    linkTrace(currentTraceparent());
    span.end();
  });
  await telemetry.stop();
  await collector.close();
  const spans = Object.fromEntries(
    collector.requests.flatMap(({ body }) => spansOf(body)).map((span) => [span.name, span]),
  );
  expect(spans['soon']).toMatchObject({ traceId: TRACE, parentSpanId: '00f067aa0ba902b7' });
  expect(spans['late']!.traceId).not.toBe(TRACE);
  expect(spans['late']!.parentSpanId).toBeUndefined();
  for (const name of ['late', 'signed by the api'])
    expect(spans[name]!.links).toEqual([
      expect.objectContaining({ traceId: TRACE, spanId: '00f067aa0ba902b7' }),
    ]);
  // The receiver of a webhook is handed the trace in which it is sent.
  expect(told.soon).toContain(TRACE);
  expect(told.late).toContain(spans['late']!.traceId);
});
