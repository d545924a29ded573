import express, { type Router } from 'express';
import { z } from 'zod';

import type { Core } from '../core.js';
import { FAULT_KINDS } from '../wire/faults.js';
import { REQUEST_NAMES } from '../wire/requests.js';
import { LOG_TAMPERINGS } from '../wire/tamper-log.js';

const orderSchema = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  request: z.enum(['*', ...REQUEST_NAMES]).default('*'),
  contractId: z.string().optional(),
  apiUser: z.string().optional(),
  times: z.number().int().positive().optional(),
  skip: z.number().int().nonnegative().optional(),
  probability: z.number().min(0).max(1).optional(),
  seed: z.number().int().optional(),
  ms: z.number().int().nonnegative().optional(),
  status: z.number().int().min(400).max(599).optional(),
  when: z.enum(['before', 'after']).optional(),
  how: z.enum(['flip', 'truncate', 'unsigned', ...LOG_TAMPERINGS]).optional(),
});

/** `GET`, `POST` and `DELETE /control/faults`, `DELETE /control/faults/{id}`. */
export function faultRoutes(core: Core): Router {
  const router = express.Router();
  router.get('/', (_request, response) => {
    response.json({ faults: core.faults.list() });
  });
  router.post('/', (request, response) => {
    response.status(201).json(core.faults.add(orderSchema.parse(request.body)));
  });
  router.delete('/', (_request, response) => {
    core.faults.clear();
    response.status(204).end();
  });
  router.delete('/:id', (request, response) => {
    core.faults.clear(request.params.id);
    response.status(204).end();
  });
  return router;
}
