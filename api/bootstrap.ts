import type { Environment } from '../domain/contract/state.js';
import { CLIENT_SCOPES, type Scope } from '../domain/scopes.js';
import type { Clock } from '../runtime/clock.js';
import { checkKey, hashKey } from '../runtime/keys.js';
import { createClient } from '../store/clients.js';
import { asOperator, type Database } from '../store/database.js';
import { findKey, storeKey } from '../store/keys.js';

export interface BootstrapDeps {
  db: Database;
  clock: Clock;
  environment: Environment;
  config: { BOOTSTRAP_ADMIN_KEY?: string | undefined; BOOTSTRAP_CLIENT_KEY?: string | undefined };
}

/**
 * Registers the keys that the settings bring along: the first operator's, and the local edition's client.
 * @throws Error when one is no key of this environment
 */
export async function registerBootstrapKeys(deps: BootstrapDeps): Promise<void> {
  const { BOOTSTRAP_ADMIN_KEY: admin, BOOTSTRAP_CLIENT_KEY: client } = deps.config;
  if (admin !== undefined) await register(deps, 'BOOTSTRAP_ADMIN_KEY', admin, 'operator', ['admin']);
  if (client !== undefined) await register(deps, 'BOOTSTRAP_CLIENT_KEY', client, 'local', CLIENT_SCOPES);
}

async function register(
  { db, clock, environment }: BootstrapDeps,
  setting: string,
  key: string,
  name: string,
  scopes: readonly Scope[],
): Promise<void> {
  if (checkKey(key) !== environment)
    throw new Error(`${setting} is not a key for the environment ${environment}`);
  const now = clock.now();
  if ((await findKey(db, hashKey(key), now)) !== null) return;
  try {
    await asOperator(db, async (tx) => {
      const clientId = await createClient(
        tx,
        {
          name,
          email: 'operator@paraphe.invalid',
          scopes,
          fields: null,
          limits: {},
          settings: {},
          allowedNetworks: [],
          expiresAt: null,
        },
        now,
      );
      await storeKey(tx, key, { clientId, scopes, expiresAt: null, now });
    });
  } catch (error) {
    // Another process registered it at the same moment.
    if ((await findKey(db, hashKey(key), now)) === null) throw error;
  }
}
