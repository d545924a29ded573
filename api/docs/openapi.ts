import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { PROBLEMS, type ProblemCode } from '../../domain/errors.js';
import { exampleEvent } from '../../domain/event-examples.js';
import { EVENT_MEANINGS, EVENT_TYPES, type EventType } from '../../domain/events.js';
import { SCOPES } from '../../domain/scopes.js';
import { accountEventView, contractEventView, problemView } from '../../domain/schemas/views.js';
import type { Route } from '../route.js';

/** The OpenAPI 3.1 document, made of what the routes themselves check and answer. */
export function openApiDocument(routes: readonly Route[], version: string): object {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'paraphe',
        version,
        description:
          'Contracts signed on the e-signature platform Contrat-Privé: one trigger in, signed webhooks out. Errors are RFC 9457 problems with a stable `code`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      security: [{ key: [] }],
      paths,
      webhooks: webhooks(),
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: `\`pph_sandbox_…\` or \`pph_live_…\`. Scopes: ${SCOPES.map((scope) => `\`${scope}\``).join(', ')}.`,
          },
        },
      },
    },
    { override: ({ jsonSchema }) => tidy(jsonSchema) },
  );
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, `Scope: \`${route.scope}\`.`].filter(Boolean).join('\n\n'),
    requestParams: {
      ...(route.params === undefined ? {} : { path: pathParams(route) }),
      ...(route.query === undefined ? {} : { query: route.query as z.ZodObject }),
      ...(route.method === 'post' && route.idempotencyKey !== 'none'
        ? { header: idempotencyHeader(route) }
        : {}),
    },
    ...(route.body === undefined && route.bodyType === undefined ? {} : { requestBody: requestBody(route) }),
    responses: { ...answers(route), ...refusals(route) },
  };
}

function pathParams(route: Route): z.ZodObject {
  const shape = Object.entries(route.params ?? {}).map(([name, prefix]) => [
    name,
    z.string().meta({ example: `${prefix}_01hzy3v9m8e4s8yq2m0rk7n5tb` }),
  ]);
  return z.object(Object.fromEntries(shape) as Record<string, z.ZodString>);
}

function idempotencyHeader(route: Route): z.ZodObject {
  const key = z.string().min(1).max(255).meta({
    description:
      'The same key and body get the first answer again, with `Idempotent-Replayed: true`; kept 7 days',
  });
  return z.object({ 'Idempotency-Key': route.idempotencyKey === 'required' ? key : key.optional() });
}

function requestBody(route: Route) {
  const { body, bodyType = 'application/json' } = route;
  const required = route.method === 'post' && body !== undefined ? !body.safeParse({}).success : true;
  return { required, content: { [bodyType]: body === undefined ? { schema: binary } : { schema: body } } };
}

const binary = { type: 'string' as const, contentMediaType: 'application/octet-stream' };

function answers(route: Route) {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, { description, schema, mediaType }]) => [
      status,
      {
        description,
        ...(schema === undefined ? {} : { content: { 'application/json': { schema } } }),
        ...(mediaType === undefined ? {} : { content: { [mediaType]: { schema: binary } } }),
      },
    ]),
  );
}

/** Refusals by status; each names its codes. */
function refusals(route: Route) {
  const codes: ProblemCode[] = ['invalid_request', 'invalid_key', 'scope_missing', 'wrong_environment'];
  if (route.params !== undefined) codes.push('not_found');
  codes.push(...(route.problems ?? []), 'too_many_failures', 'internal_error');
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      String(status),
      {
        description: list.map((code) => `\`${code}\`: ${PROBLEMS[code].detail}`).join('\n\n'),
        content: { 'application/problem+json': { schema: problemView } },
      },
    ]),
  );
}

const SIGNED =
  'Signed as Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`. Sent at least once, always with the same id and bytes.';

/** Events of a contract have a number and its data, the others have neither. */
function schemaOf(type: EventType): typeof contractEventView | typeof accountEventView {
  return /^(?:contract|signatory|document|person)\./.test(type) ? contractEventView : accountEventView;
}

function webhooks(): ZodOpenApiPathsObject {
  const operation = (type: EventType): ZodOpenApiOperationObject => ({
    operationId: `on_${type.replaceAll('.', '_')}`,
    tags: ['Webhooks'],
    summary: type,
    description: `${EVENT_MEANINGS[type]}\n\n${SIGNED}`,
    security: [],
    requestBody: {
      content: { 'application/json': { schema: schemaOf(type), example: exampleEvent(type) } },
    },
    responses: {
      '2XX': { description: 'Received' },
      '410': { description: 'No more: disables the endpoint' },
    },
  });
  return Object.fromEntries(EVENT_TYPES.map((type) => [type, { post: operation(type) }]));
}

/** zod writes out long patterns for what `format` says already. */
function tidy(schema: {
  format?: string | undefined;
  pattern?: string | undefined;
  maximum?: number;
  minimum?: number;
}): void {
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}

function operationId(route: Route): string {
  const words = route.path
    .replace('/v1/', '')
    .split('/')
    .map((part) => part.replaceAll(/[{}]/g, ''));
  return [route.method, ...words].join('_').replaceAll('-', '_');
}
