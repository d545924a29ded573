import express, { type Router } from 'express';
import { z } from 'zod';

import { openAccount } from '../accounts.js';
import type { Core } from '../core.js';
import type { Account } from '../model.js';

const orderSchema = z.strictObject({
  key: z.string().min(1).optional(),
  rules: z.enum(['sandbox', 'production']).optional(),
  quota: z.number().int().nonnegative().nullable().optional(),
  smsLimit: z.number().int().nonnegative().optional(),
  attemptLimit: z.number().int().positive().optional(),
  ownerEmail: z.email().nullable().optional(),
  language: z.enum(['fr', 'en']).optional(),
  otherPlatform: z.boolean().optional(),
});
const newSchema = orderSchema.extend({ user: z.string().min(1).max(100) });

/** `GET /control/accounts`, `POST /control/accounts`, `PATCH /control/accounts/{user}`. */
export function accountRoutes(core: Core): Router {
  const router = express.Router();
  const view = (account: Account): object => ({ ...account, quotaUsed: core.quota.used(account.user) });
  const save = async (user: string, order: z.output<typeof orderSchema>): Promise<object> => {
    const account = openAccount(user, order, core.clock.iso(), core.state.accounts.get(user));
    await core.state.commit([{ account }]);
    return view(account);
  };
  router.get('/', (_request, response) => {
    response.json({ accounts: [...core.state.accounts.values()].map(view) });
  });
  router.post('/', async (request, response) => {
    const { user, ...order } = newSchema.parse(request.body);
    response.status(201).json(await save(user, order));
  });
  router.patch('/:user', async (request, response) => {
    response.json(await save(request.params.user, orderSchema.parse(request.body)));
  });
  return router;
}
