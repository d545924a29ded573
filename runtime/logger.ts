import { trace } from '@opentelemetry/api';
import pino from 'pino';

export type Logger = pino.Logger;

/**
 * JSON lines on standard output. Only these members pass: ids, names of operations, counts, codes and times; a
 * member outside the list is dropped, so that no personal data slip into a log (design.md, promise 7).
 */
const ALLOWED = new Set([
  'operation',
  'contractId',
  'connectionId',
  'clientId',
  'endpointId',
  'deliveryId',
  'eventId',
  'requestId',
  'keyId',
  'method',
  'route',
  'status',
  'code',
  'durationMs',
  'count',
  'port',
  'process',
  'reason',
  'type',
  'attempt',
  'version',
  'ready',
  'workflowId',
  'retryInMs',
  'traceId',
  'spanId',
  'error',
  'kind',
  'sizeBytes',
  'environment',
]);

/** @param name the process, e.g. `api` */
export function createLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    base: { process: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: traceIds,
    formatters: { level: (label) => ({ level: label }), log: onlyAllowed },
  });
}

/** Ties a line to the trace that it is part of. */
function traceIds(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { traceId: span.traceId, spanId: span.spanId };
}

function onlyAllowed(members: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) {
    if (name === 'err' || name === 'error') kept['error'] = describe(value);
    else if (ALLOWED.has(name)) kept[name] = value;
  }
  return kept;
}

/** An error's class and code, never its message: messages of libraries may quote what they were given. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : typeof error;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
