import type { Express } from 'express';
import { Problem } from '../domain/problem.js';
import { expressPath } from './mount.js';
import type { Route } from './route.js';

/** Addresses that need no key; they are read only. */
const OPEN = ['/livez', '/readyz', '/startupz', '/openapi.json', '/docs'];

/**
 * Mounted after the routes: a method that an address does not know is refused with those that it does, and OPTIONS
 * tells them (RFC 9110, 15.5.6).
 */
export function refuseOtherMethods(app: Express, routes: readonly Route[]): void {
  const methods = new Map<string, string[]>(OPEN.map((path) => [path, ['GET', 'HEAD']]));
  for (const { path, method } of routes) {
    const known = methods.get(path) ?? [];
    methods.set(path, [...known, method.toUpperCase(), ...(method === 'get' ? ['HEAD'] : [])]);
  }
  for (const [path, known] of methods)
    app.all(expressPath(path), (request, response) => {
      response.setHeader('Allow', [...known, 'OPTIONS'].join(', '));
      if (request.method !== 'OPTIONS') throw new Problem('method_not_allowed');
      response.status(204).end();
    });
}
