import type { Authenticator } from '../authenticate.js';
import type { Route } from '../route.js';
import { bulk } from './bulk.js';
import { clientRoutes } from './clients.js';
import { connections } from './connections.js';
import { contractDeedRoutes } from './contract-deeds.js';
import { createContract } from './create-contract.js';
import { documentRoutes } from './documents.js';
import { endpointDeedRoutes } from './endpoint-deeds.js';
import { endpointRoutes } from './endpoints.js';
import { evidence } from './evidence.js';
import { eventRoutes } from './events.js';
import { keyRoutes } from './keys.js';
import { showContract, showContracts } from './read-contracts.js';
import { planOutages } from './planned-outages.js';
import { received } from './received.js';
import { resolve } from './resolve.js';
import { statusRoutes } from './status.js';
import { rotateWebhookKey } from './webhook-keys.js';

/** Every route that needs a key; the most used first, since Express looks through them in order. */
export function routesOf(authenticator: Pick<Authenticator, 'forget'>): Route[] {
  return [
    createContract,
    bulk,
    showContracts,
    showContract,
    ...contractDeedRoutes,
    ...documentRoutes,
    evidence,
    received,
    ...eventRoutes,
    ...endpointRoutes,
    ...endpointDeedRoutes,
    ...keyRoutes(authenticator),
    ...statusRoutes,
    ...clientRoutes(authenticator),
    connections,
    resolve,
    planOutages,
    rotateWebhookKey,
  ];
}
