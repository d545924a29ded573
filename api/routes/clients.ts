import type { z } from 'zod';
import { Problem } from '../../domain/problem.js';
import { clientCreate, clientPatch, keyCreate, page } from '../../domain/schemas/requests.js';
import { clientCreatedView, clientListView, clientView, newKeyView } from '../../domain/schemas/views.js';
import {
  createClient,
  disableClient,
  hasLiveContracts,
  listClients,
  readClient,
  updateClient,
  type ClientRow,
  type ClientWish,
} from '../../store/clients.js';
import type { Tx } from '../../store/database.js';
import { createKey } from '../../store/keys.js';
import type { Authenticator } from '../authenticate.js';
import { decodeCursor, pageOf } from '../cursor.js';
import { inTransaction } from '../in-transaction.js';
import { journalDeed } from '../journal-deed.js';
import type { Route } from '../route.js';
import { viewClient } from '../views/client.js';

const shared = { scope: 'admin', tag: 'Operators' } as const;
const one = { ...shared, path: '/v1/admin/clients/{id}', params: { id: 'cli' } } as const;

/** Clients and their keys, for operators. */
export function clientRoutes({ forget }: Pick<Authenticator, 'forget'>): Route[] {
  return [create, list, show, patch(forget), remove(forget), addKey];
}

const create = inTransaction({
  ...shared,
  method: 'post',
  path: '/v1/admin/clients',
  summary: 'Give a business system access; its key is shown once',
  body: clientCreate,
  answers: { 201: { description: 'Created', schema: clientCreatedView } },
  async work(tx, call, deps) {
    const now = deps.clock.now();
    const wish = wishOf(call.body);
    const id = await createClient(
      tx,
      { fields: null, limits: {}, settings: {}, allowedNetworks: [], expiresAt: null, ...wish } as ClientWish,
      now,
    );
    const { environment } = deps.connection;
    const made = await createKey(tx, {
      clientId: id,
      environment,
      scopes: call.body.scopes,
      expiresAt: null,
      now,
    });
    await journalDeed(tx, call, deps, 'create', id, { keyId: made.id });
    const row = await clientOr404(tx, id);
    return {
      status: 201,
      body: { ...viewClient(row), key: made.key },
      headers: { Location: `/v1/admin/clients/${id}` },
    };
  },
});

const list = inTransaction({
  ...shared,
  method: 'get',
  path: '/v1/admin/clients',
  summary: 'List clients',
  query: page,
  answers: { 200: { description: 'A page', schema: clientListView } },
  async work(tx, { query: { limit, cursor } }) {
    const rows = await listClients(tx, decodeCursor(cursor, 'cli'), limit + 1);
    return { status: 200, body: pageOf(rows, limit, viewClient) };
  },
});

const show = inTransaction({
  ...one,
  method: 'get',
  summary: 'Read a client',
  answers: { 200: { description: 'The client', schema: clientView } },
  async work(tx, { params }) {
    return { status: 200, body: viewClient(await clientOr404(tx, params['id']!)) };
  },
});

const patch = (forget: () => void): Route =>
  inTransaction({
    ...one,
    method: 'patch',
    summary: 'Change a client',
    body: clientPatch,
    answers: { 200: { description: 'The client', schema: clientView } },
    async work(tx, call, deps) {
      const id = call.params['id']!;
      await clientOr404(tx, id);
      const { status } = call.body;
      await updateClient(tx, id, { ...wishOf(call.body), ...(status === undefined ? {} : { status }) });
      await journalDeed(tx, call, deps, 'update', id, { members: Object.keys(call.body) });
      return { status: 200, body: viewClient(await clientOr404(tx, id)) };
    },
    after: forget,
  });

const remove = (forget: () => void): Route =>
  inTransaction({
    ...one,
    method: 'delete',
    summary: 'Take a client’s access away',
    answers: { 204: { description: 'Gone' } },
    problems: ['client_in_use'],
    async work(tx, call, deps) {
      const id = call.params['id']!;
      await clientOr404(tx, id);
      if (await hasLiveContracts(tx, id)) throw new Problem('client_in_use');
      await disableClient(tx, id, deps.clock.now());
      await journalDeed(tx, call, deps, 'delete', id);
      return { status: 204 };
    },
    after: forget,
  });

const addKey = inTransaction({
  ...shared,
  method: 'post',
  path: '/v1/admin/clients/{id}/keys',
  params: { id: 'cli' },
  summary: 'Make another key for a client; it is shown once',
  body: keyCreate,
  answers: { 201: { description: 'Created', schema: newKeyView } },
  async work(tx, call, deps) {
    const client = await clientOr404(tx, call.params['id']!);
    const { scopes = client.scopes, expiresAt } = call.body;
    const extra = scopes.filter((scope) => !client.scopes.includes(scope));
    if (extra.length > 0)
      throw new Problem('invalid_request', {
        errors: [{ pointer: '/scopes', detail: 'has more than the client' }],
      });
    const made = await createKey(tx, {
      clientId: client.id,
      environment: deps.connection.environment,
      scopes,
      expiresAt: expiresAt == null ? null : new Date(expiresAt),
      now: deps.clock.now(),
    });
    await journalDeed(tx, call, deps, 'create', made.id, { clientId: client.id });
    return { status: 201, body: { ...made, expiresAt: made.expiresAt?.toISOString() ?? null } };
  },
});

async function clientOr404(tx: Tx, id: string): Promise<ClientRow> {
  const row = await readClient(tx, id);
  if (row === undefined) throw new Problem('not_found', { detail: 'There is no such client.' });
  return row;
}

function wishOf(body: z.output<typeof clientPatch>): Partial<ClientWish> {
  const { contact, expiresAt, settings, status: _, ...rest } = body;
  return {
    ...rest,
    ...(contact === undefined ? {} : { email: contact.email }),
    ...(expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : new Date(expiresAt) }),
    ...(settings === undefined ? {} : { settings: settings as ClientWish['settings'] }),
  } as Partial<ClientWish>;
}
