import type { Authenticator } from '../authenticate.js';
import type { Route } from '../route.js';
import { clientRoutes } from './clients.js';
import { createContract } from './create-contract.js';
import { showContract, showContracts } from './read-contracts.js';

/** Every route with a key; the most used first, since Express looks through them in order. */
export function routesOf(authenticator: Pick<Authenticator, 'forget'>): Route[] {
  return [createContract, showContracts, showContract, ...clientRoutes(authenticator)];
}
