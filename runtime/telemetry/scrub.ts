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
  const events = span.events.map((event) => ({ ...event, attributes: allowed(event.attributes) }));
  const links = span.links.map((link) => ({ ...link, attributes: {} }));
  const replaced = {
    attributes: allowed(span.attributes),
    events,
    links,
    status: { code: span.status.code },
  };
  const descriptors = Object.entries(replaced).map(([name, value]) => [name, { value, enumerable: true }]);
  return Object.create(span, Object.fromEntries(descriptors) as PropertyDescriptorMap) as ReadableSpan;
}

function allowed(attributes: Attributes | undefined): Attributes {
  const kept: Record<string, AttributeValue | undefined> = {};
  for (const [name, value] of Object.entries(attributes ?? {})) if (ALLOWED.has(name)) kept[name] = value;
  return kept;
}
