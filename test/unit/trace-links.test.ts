import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { currentTraceparent, inTrace, linkTrace } from '../../runtime/telemetry/in-trace.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const BEFORE = `00-${TRACE}-00f067aa0ba902b7-01`;
const HOURS = 3_600_000;

const exporter = new InMemorySpanExporter();
const sdk = new NodeSDK({
  autoDetectResources: false,
  instrumentations: [],
  spanProcessors: [new SimpleSpanProcessor(exporter)],
  metricReaders: [],
  logRecordProcessors: [],
});
beforeAll(() => sdk.start());
afterAll(() => sdk.shutdown());

test('what waited for minutes goes on with its trace; what waited for days begins one that is linked to it', async () => {
  const told = { soon: '', late: '' };
  const tell = (name: keyof typeof told) => async () => void (told[name] = currentTraceparent() ?? '');
  await inTrace(BEFORE, 'soon', 60_000, tell('soon'));
  await inTrace(BEFORE, 'late', 50 * HOURS, tell('late'));
  const [soon, late] = exporter.getFinishedSpans();
  expect(soon).toMatchObject({
    name: 'soon',
    parentSpanContext: { traceId: TRACE, spanId: '00f067aa0ba902b7' },
    links: [],
  });
  expect(late!.parentSpanContext).toBeUndefined();
  expect(late!.spanContext().traceId).not.toBe(TRACE);
  expect(late!.links.map(({ context }) => [context.traceId, context.spanId])).toEqual([
    [TRACE, '00f067aa0ba902b7'],
  ]);
  // The receiver of a webhook is handed the trace in which it is sent.
  expect(told.soon).toContain(TRACE);
  expect(told.late).toContain(late!.spanContext().traceId);
});

test('a span is linked to another trace once, and never to its own', () => {
  exporter.reset();
  trace.getTracer('test').startActiveSpan('record', (span) => {
    linkTrace(BEFORE);
    linkTrace(currentTraceparent());
    linkTrace(null);
    span.end();
  });
  expect(exporter.getFinishedSpans()[0]!.links.map(({ context }) => context.traceId)).toEqual([TRACE]);
  expect(() => linkTrace(BEFORE)).not.toThrow();
});
