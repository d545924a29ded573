import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
} from '@opentelemetry/api';

/** What waited longer begins a trace of its own, linked to the one before: traces of days are not read by anybody. */
const LONG_MS = 3_600_000;

/** The active trace as W3C's header says it; null when nothing is traced. */
export function currentTraceparent(): string | null {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'] ?? null;
}

/** Whether something is traced now; lines of the log then name it by themselves. */
export function isTraced(): boolean {
  return trace.getActiveSpan() !== undefined;
}

/**
 * Goes on with a trace that was written down, as a span of its own.
 * @param traceparent null: the work begins no trace, and makes no span
 * @param waitedMs since it was written down
 */
export async function inTrace<T>(
  traceparent: string | null,
  name: string,
  waitedMs: number,
  work: () => Promise<T>,
): Promise<T> {
  if (traceparent === null) return work();
  const kind = SpanKind.CONSUMER;
  if (isLongWait(waitedMs)) return inSpan(name, { kind, ...linkedRoot(traceparent) }, work);
  return inSpan(name, { kind }, work, propagation.extract(ROOT_CONTEXT, { traceparent }));
}

/** Begins a trace for work that another trace led to long ago. */
export function inTraceAfterWait<T>(name: string, before: string | null, work: () => Promise<T>): Promise<T> {
  return inSpan(name, { kind: SpanKind.CONSUMER, ...linkedRoot(before) }, work);
}

/** Ties the active span to a trace that it is not part of; nothing when there is none, or it is part of it. */
export function linkTrace(traceparent: string | null): void {
  const span = trace.getActiveSpan();
  const other = contextOf(traceparent);
  if (span === undefined || other === undefined || other.traceId === span.spanContext().traceId) return;
  span.addLink({ context: other });
}

export function isLongWait(waitedMs: number): boolean {
  return waitedMs > LONG_MS;
}

function contextOf(traceparent: string | null): SpanContext | undefined {
  if (traceparent === null) return undefined;
  return trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent }));
}

function linkedRoot(traceparent: string | null): { root: true; links: Link[] } {
  const before = contextOf(traceparent);
  return { root: true, links: before === undefined ? [] : [{ context: before }] };
}

function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: () => Promise<T>,
  parent = context.active(),
): Promise<T> {
  return trace.getTracer('paraphe').startActiveSpan(name, options, parent, async (span: Span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
