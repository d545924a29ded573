import express, { type Router } from 'express';
import { z } from 'zod';

import type { Core } from '../core.js';
import type { RequestRecord } from '../model.js';

const DAY_MS = 86_400_000;

const querySchema = z.object({
  apiUser: z.string().optional(),
  request: z.string().optional(),
  contractId: z.string().optional(),
  signatoryId: z.string().optional(),
  code: z.string().optional(),
  status: z.coerce.number().int().optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  after: z.coerce.number().int().optional(),
});
type Query = z.output<typeof querySchema>;

/** `GET /control/requests` (the log) and `GET /control/requests/summary` (its counts). */
export function requestRoutes(core: Core): Router {
  const router = express.Router();
  const select = (query: unknown): RequestRecord[] => {
    const wanted = querySchema.parse(query);
    return core.state.requests().filter((one) => matches(one, wanted));
  };
  router.get('/', (request, response) => {
    const requests = select(request.query);
    response.json({ count: requests.length, requests });
  });
  router.get('/summary', (request, response) => {
    response.json(summaryOf(select(request.query)));
  });
  return router;
}

function matches(one: RequestRecord, wanted: Query): boolean {
  const at = Date.parse(one.at);
  return (
    (wanted.apiUser === undefined || one.apiUser === wanted.apiUser) &&
    (wanted.request === undefined || one.request === wanted.request) &&
    (wanted.contractId === undefined || one.contractId === wanted.contractId) &&
    (wanted.signatoryId === undefined || one.signatoryId === wanted.signatoryId) &&
    (wanted.code === undefined || one.code === wanted.code) &&
    (wanted.status === undefined || one.status === wanted.status) &&
    (wanted.from === undefined || at >= Date.parse(wanted.from)) &&
    (wanted.to === undefined || at <= Date.parse(wanted.to)) &&
    (wanted.after === undefined || one.n > wanted.after)
  );
}

function summaryOf(requests: readonly RequestRecord[]): object {
  const byRequest: Record<string, number> = {};
  const byContract: Record<string, Record<string, number>> = {};
  const byCode: Record<string, number> = {};
  const counted = new Map<string, number[]>();
  for (const one of requests) {
    byRequest[one.request] = (byRequest[one.request] ?? 0) + 1;
    if (one.code !== null) byCode[one.code] = (byCode[one.code] ?? 0) + 1;
    if (one.contractId !== null) {
      const counts = (byContract[one.contractId] ??= {});
      counts[one.request] = (counts[one.request] ?? 0) + 1;
    }
    if (!one.counted || one.apiUser === null) continue;
    const times = counted.get(one.apiUser);
    if (times === undefined) counted.set(one.apiUser, [Date.parse(one.at)]);
    else times.push(Date.parse(one.at));
  }
  const busiest = Object.fromEntries([...counted].map(([user, times]) => [user, mostInADay(times)]));
  return { count: requests.length, byRequest, byCode, byContract, mostInAnySliding24h: busiest };
}

/** The most instants of an ascending list that fall into one window of 24 hours. */
function mostInADay(times: readonly number[]): number {
  let first = 0;
  let most = 0;
  times.forEach((at, index) => {
    while ((times[first] ?? at) <= at - DAY_MS) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}
