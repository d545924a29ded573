import type { Request, Response } from 'express';
import { classOf, shedLoad } from '../../api/shed-load.js';
import type { Problem } from '../../domain/problem.js';

const CALLS = {
  export: ['GET', '/v1/contracts/ctr_1/evidence'],
  read: ['GET', '/v1/contracts/ctr_1'],
  write: ['POST', '/v1/webhook-endpoints'],
  trigger: ['POST', '/v1/contracts'],
  sign: ['POST', '/v1/contracts/ctr_1/signatories/sig_1/signature'],
} as const;

function turnedAway(lag: number, draw: number): string[] {
  const guard = shedLoad({ lagMs: () => lag, random: () => draw });
  return Object.entries(CALLS).flatMap(([name, [method, path]]) => {
    try {
      guard({ method, path } as Request, {} as Response, () => undefined);
      return [];
    } catch (error) {
      expect((error as Problem).status).toBe(503);
      expect((error as Problem).options.retryAfterSeconds).toBeGreaterThan(0);
      return [name];
    }
  });
}

test('each kind of request has its class', () => {
  for (const [name, [method, path]] of Object.entries(CALLS)) expect(classOf(method, path)).toBe(name);
});

test('the later the process, the more classes are turned away, signing last', () => {
  expect(turnedAway(150, 0)).toEqual([]);
  expect(turnedAway(200, 0)).toEqual(['export']);
  expect(turnedAway(400, 0)).toEqual(['export', 'read']);
  expect(turnedAway(500, 0)).toEqual(['export', 'read', 'write']);
  expect(turnedAway(900, 0)).toEqual(['export', 'read', 'write', 'trigger']);
  expect(turnedAway(4_000, 0)).toEqual(['export', 'read', 'write', 'trigger', 'sign']);
});

test('between its mark and twice that a class is turned away in part', () => {
  expect(turnedAway(225, 0.4)).toEqual(['export']);
  expect(turnedAway(225, 0.6)).toEqual([]);
  expect(turnedAway(301, 0.99)).toEqual(['export']);
});

test('health is always told', () => {
  let passed = 0;
  const guard = shedLoad({ lagMs: () => 60_000 });
  for (const path of ['/livez', '/readyz'])
    guard({ method: 'GET', path } as Request, {} as Response, () => (passed += 1));
  expect(passed).toBe(2);
});
