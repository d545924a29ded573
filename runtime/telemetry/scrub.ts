import type { AttributeValue, Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';

/**
 * What a span may say (design.md, promise 7): methods, statuses, routes, operations, ids that are ours or Temporal's.
 * Anything else is dropped: paths and queries hold secrets of webhooks, statements hold values, addresses name people.
 */
const ALLOWED = new Set([
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'http.request.resend_count',
  'url.scheme',
  'error.type',
  'network.protocol.name',
  'network.protocol.version',
  'server.port',
  'db.system.name',
  'db.system',
  'db.operation.name',
  'db.response.status_code',
  'run_id',
  'runId',
  'workflowId',
  'workflowType',
  'taskQueue',
  'namespace',
  'temporalWorkflowId',
  'temporalActivityId',
  'temporalUpdateId',
  'exception.type',
]);

/** Passes on copies of spans that hold only what they may; messages of errors may quote what they were given. */
export function createScrubbingExporter(inner: SpanExporter): SpanExporter {
  return {
    export: (spans, done) => inner.export(spans.map(scrub), done),
    shutdown: () => inner.shutdown(),
    forceFlush: () => inner.forceFlush?.() ?? Promise.resolve(),
  };
}

export function scrub(span: ReadableSpan): ReadableSpan {
  // Member by member: spreading would leave out what the SDK's class computes.
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(span.parentSpanContext === undefined ? {} : { parentSpanContext: span.parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    status: { code: span.status.code },
    attributes: allowed(span.attributes),
    links: span.links.map((link) => ({ ...link, attributes: {} })),
    events: span.events.map((event) => ({ ...event, attributes: allowed(event.attributes) })),
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

function allowed(attributes: Attributes | undefined): Attributes {
  const kept: Record<string, AttributeValue | undefined> = {};
  for (const name in attributes) if (ALLOWED.has(name)) kept[name] = attributes[name];
  return kept;
}
