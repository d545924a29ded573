import { IncomingMessage } from 'node:http';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';

/** Asked every few seconds by machines: they would drown what is worth seeing. */
const PROBES = new Set(['/livez', '/readyz', '/startupz', '/metrics']);

/** HTTP in and out, Express' routes, PostgreSQL. Polls without a cause of their own make no spans. */
export function instrumentations(): Instrumentation[] {
  return [
    new HttpInstrumentation({
      ignoreIncomingRequestHook: ({ url }) => PROBES.has(url?.split('?')[0] ?? ''),
      requestHook: (_span, request) => {
        if (request instanceof IncomingMessage) nameRoute(request);
      },
    }),
    new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
    new UndiciInstrumentation({ requireParentforSpans: true }),
  ];
}

/**
 * The route that Express will have found by the time the answer ends, for the span's and the metric's `http.route`.
 * Express' own instrumentation learns the same, but wraps each layer of each request to do so.
 */
function nameRoute(request: IncomingMessage & { route?: { path: string } }): void {
  const metadata = getRPCMetadata(context.active());
  if (metadata === undefined) return;
  Object.defineProperty(metadata, 'route', { get: () => request.route?.path });
}
