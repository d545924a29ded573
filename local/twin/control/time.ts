import express, { type Router } from 'express';
import { z } from 'zod';

import type { Core } from '../core.js';

const orderSchema = z.strictObject({
  advanceMs: z.number().int().nonnegative().optional(),
  set: z.iso.datetime({ offset: true }).optional(),
  freeze: z.boolean().optional(),
});

/** `GET /control/time`, `POST /control/time {advanceMs | set | freeze}`; forward only, kept over a restart. */
export function timeRoutes(core: Core): Router {
  const router = express.Router();
  const view = (): object => ({ now: core.clock.iso(), ...core.clock.state() });
  router.get('/', (_request, response) => {
    response.json(view());
  });
  router.post('/', async (request, response) => {
    const order = orderSchema.parse(request.body);
    if (order.freeze === true) core.clock.freeze();
    if (order.freeze === false) core.clock.resume();
    if (order.set !== undefined) core.clock.set(Date.parse(order.set));
    if (order.advanceMs !== undefined) core.clock.advance(order.advanceMs);
    await core.state.commit([{ clock: core.clock.state() }]);
    await core.desk.sweep();
    response.json(view());
  });
  return router;
}
