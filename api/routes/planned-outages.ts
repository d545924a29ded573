import { z } from 'zod';
import { instant } from '../../domain/schemas/time.js';
import { announceOutages } from '../../store/planned-outages.js';
import { inTransaction } from '../in-transaction.js';
import { journalDeed } from '../journal-deed.js';
import type { Route } from '../route.js';

const outage = z
  .strictObject({ from: instant, to: instant, reason: z.string().trim().min(1).max(200) })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ['to'],
    message: 'must be after `from`',
  });
const outages = z.strictObject({ plannedOutages: z.array(outage).max(20) });

const answers = { 200: { description: 'What is announced', schema: outages } };

/** Announces when the service will be away: in `GET /v1/status`, and to every client by `service.outages_planned`. */
export const planOutages: Route = inTransaction({
  method: 'post',
  path: '/v1/admin/planned-outages',
  scope: 'admin',
  tag: 'Operators',
  summary: 'Announce planned outages, in place of those announced before',
  body: outages,
  answers,
  async work(tx, call, deps) {
    const planned = call.body.plannedOutages.map(({ from, to, reason }) => ({
      from: new Date(from),
      to: new Date(to),
      reason,
    }));
    const { clock, connection } = deps;
    const plannedOutages = await announceOutages(tx, planned, {
      environment: connection.environment,
      now: clock.now(),
    });
    await journalDeed(tx, call, deps, 'announce', 'planned-outages', { count: planned.length });
    return { status: 200, body: { plannedOutages } };
  },
});
