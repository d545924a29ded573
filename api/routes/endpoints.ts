import { randomBytes } from 'node:crypto';
import { endpointCreate, endpointPatch, overlapBody, page } from '../../domain/schemas/requests.js';
import { endpointCreatedView, endpointListView, endpointView } from '../../domain/schemas/views.js';
import { Problem } from '../../domain/problem.js';
import { effectiveEvents } from '../../domain/webhooks/filter.js';
import { formatSecret, SECRET_BYTES } from '../../domain/webhooks/secret.js';
import type { Tx } from '../../store/database.js';
import {
  openEndpointSecrets,
  sealEndpointSecrets,
  type EndpointSecrets,
} from '../../store/endpoint-secrets.js';
import {
  countEndpoints,
  createEndpoint,
  deleteEndpoint,
  listEndpoints,
  newEndpointId,
  readEndpoint,
  updateEndpoint,
  type EndpointRow,
} from '../../store/endpoints.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { checkEndpoint } from '../endpoint-check.js';
import { inTransaction } from '../in-transaction.js';
import { journalDeed } from '../journal-deed.js';
import type { Call, Route } from '../route.js';
import { viewEndpoint } from '../views/webhooks.js';

const MAX_ENDPOINTS = 20;
const MAX_SECRETS = 10;
const HOUR_MS = 3_600_000;

const writes = { scope: 'webhooks:write', tag: 'Webhooks' } as const;
const reads = { scope: 'webhooks:read', tag: 'Webhooks' } as const;
export const oneEndpoint = { path: '/v1/webhook-endpoints/{id}', params: { id: 'whe' } } as const;

const create = inTransaction({
  ...writes,
  method: 'post',
  path: '/v1/webhook-endpoints',
  summary: 'Register a URL that events are sent to; its secret is shown once',
  body: endpointCreate,
  answers: { 201: { description: 'Created; it gets what happens from now on', schema: endpointCreatedView } },
  problems: ['url_not_allowed', 'too_many_endpoints'],
  async work(tx, call, deps) {
    const { url, events, description = '', headers = {}, oauth, tls } = call.body;
    checkEndpoint(call.body, deps.urlPolicy);
    if ((await countEndpoints(tx, call.caller.clientId)) >= MAX_ENDPOINTS)
      throw new Problem('too_many_endpoints');
    const id = newEndpointId();
    const secret = newSecret();
    const secrets = {
      secrets: [{ secret, until: null }],
      headers,
      oauth: oauth ?? undefined,
      tls: tls ?? undefined,
    };
    const row = await createEndpoint(tx, {
      id,
      clientId: call.caller.clientId,
      url,
      events: effectiveEvents(events),
      description,
      sealed: sealEndpointSecrets(deps.vault, id, secrets as EndpointSecrets),
      now: deps.clock.now(),
    });
    await journalDeed(tx, call, deps, 'create', id);
    return {
      status: 201,
      body: { ...viewEndpoint(row), secret },
      headers: { Location: `/v1/webhook-endpoints/${id}` },
    };
  },
});

const list = inTransaction({
  ...reads,
  method: 'get',
  path: '/v1/webhook-endpoints',
  summary: 'List webhook endpoints',
  query: page,
  answers: { 200: { description: 'A page', schema: endpointListView } },
  async work(tx, { query: { limit, cursor } }) {
    const rows = await listEndpoints(tx, decodeCursor(cursor, 'whe'), limit + 1);
    return { status: 200, body: pageOf(rows, limit, viewEndpoint) };
  },
});

const show = inTransaction({
  ...reads,
  ...oneEndpoint,
  method: 'get',
  summary: 'Read a webhook endpoint',
  answers: { 200: { description: 'The endpoint', schema: endpointView } },
  async work(tx, call) {
    return { status: 200, body: viewEndpoint(await endpointOr404(tx, call)) };
  },
});

const patch = inTransaction({
  ...writes,
  ...oneEndpoint,
  method: 'patch',
  summary: 'Change a webhook endpoint',
  body: endpointPatch,
  answers: { 200: { description: 'The endpoint', schema: endpointView } },
  problems: ['url_not_allowed'],
  async work(tx, call, deps) {
    const row = await endpointOr404(tx, call, true);
    checkEndpoint(call.body, deps.urlPolicy);
    const { url, events, description, headers, oauth, tls } = call.body;
    const secrets = openEndpointSecrets(deps.vault, row.id, row.sealed);
    const changed = {
      ...secrets,
      ...(headers === undefined ? {} : { headers }),
      ...(oauth === undefined ? {} : { oauth: oauth ?? undefined }),
      ...(tls === undefined ? {} : { tls: tls ?? undefined }),
    } as EndpointSecrets;
    const updated = await updateEndpoint(tx, row.id, {
      ...(url === undefined ? {} : { url }),
      ...(events === undefined ? {} : { events: effectiveEvents(events) }),
      ...(description === undefined ? {} : { description }),
      sealed: sealEndpointSecrets(deps.vault, row.id, changed),
    });
    await journalDeed(tx, call, deps, 'update', row.id, { members: Object.keys(call.body) });
    return { status: 200, body: viewEndpoint(updated) };
  },
});

const remove = inTransaction({
  ...writes,
  ...oneEndpoint,
  method: 'delete',
  summary: 'Remove a webhook endpoint and its deliveries',
  answers: { 204: { description: 'Gone' } },
  async work(tx, call, deps) {
    const row = await endpointOr404(tx, call);
    await deleteEndpoint(tx, row.id);
    await journalDeed(tx, call, deps, 'delete', row.id);
    return { status: 204 };
  },
});

const rotate = inTransaction({
  ...writes,
  ...oneEndpoint,
  path: '/v1/webhook-endpoints/{id}/rotate-secret',
  method: 'post',
  summary: 'Give a webhook endpoint a new secret; both sign until the overlap ends',
  body: overlapBody,
  answers: { 200: { description: 'The endpoint with its new secret', schema: endpointCreatedView } },
  async work(tx, call, deps) {
    const row = await endpointOr404(tx, call, true);
    const now = deps.clock.now();
    const secrets = openEndpointSecrets(deps.vault, row.id, row.sealed);
    const secret = newSecret();
    const end = new Date(now.getTime() + call.body.overlapHours * HOUR_MS).toISOString();
    const older = secrets.secrets
      .map((old) => ({ ...old, until: old.until !== null && old.until < end ? old.until : end }))
      .filter((old) => new Date(old.until) > now);
    const sealed = sealEndpointSecrets(deps.vault, row.id, {
      ...secrets,
      secrets: [{ secret, until: null }, ...older].slice(0, MAX_SECRETS),
    });
    const updated = await updateEndpoint(tx, row.id, { sealed });
    await journalDeed(tx, call, deps, 'rotate', row.id);
    return { status: 200, body: { ...viewEndpoint(updated), secret } };
  },
});

/** Where events are sent to (api.md, *Webhooks*). */
export const endpointRoutes: Route[] = [create, list, show, patch, remove, rotate];

/** @throws Problem when the caller has no such endpoint */
export async function endpointOr404(tx: Tx, call: Call, lock = false): Promise<EndpointRow> {
  const row = await readEndpoint(tx, call.params['id'] ?? '', lock);
  if (row === undefined) throw new Problem('not_found', { detail: 'There is no such endpoint.' });
  return row;
}

function newSecret(): string {
  return formatSecret(randomBytes(SECRET_BYTES));
}
