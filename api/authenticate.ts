import ipaddr from 'ipaddr.js';
import type { Environment } from '../domain/contract/state.js';
import { Problem } from '../domain/problem.js';
import type { Scope } from '../domain/scopes.js';
import type { Clock } from '../runtime/clock.js';
import { checkKey, hashKey } from '../runtime/keys.js';
import { asOperator, type Database } from '../store/database.js';
import { findKey, noteUse, type FoundKey } from '../store/keys.js';
import { createLockout } from './lockout.js';

/** Who asks. */
export interface Caller {
  keyId: string;
  clientId: string;
  scopes: readonly Scope[];
  /** Members that answers and events are limited to; null: all. */
  fields: readonly string[] | null;
}

export interface Authenticator {
  /** @throws Problem 401, 403 or 429 */
  authenticate(header: string | undefined, address: string): Promise<Caller>;
  /** A key or a client was changed here: look again at once. */
  forget(): void;
  /** Writes down when keys were last used. */
  flush(): Promise<void>;
}

export interface AuthenticatorDeps {
  db: Database;
  clock: Clock;
  environment: Environment;
}

/** A revoked key is denied after this time at the latest, wherever it was revoked. */
const CACHE_MS = 3_000;
const CACHED_KEYS = 5_000;

interface Entry {
  at: number;
  key: Promise<FoundKey | null>;
  /** Known to be good: its holder is not locked out with an address that others share. */
  good: boolean;
}

/** Keys are looked up once every few seconds; only their hashes are known. */
export function createAuthenticator(deps: AuthenticatorDeps): Authenticator {
  const { clock } = deps;
  const cache = new Map<string, Entry>();
  const uses = new Map<string, Date>();
  const lockout = createLockout(clock);

  const lookUp = (key: string): Entry => {
    const now = clock.now();
    const known = cache.get(key);
    if (known !== undefined && now.getTime() - known.at < CACHE_MS) return known;
    if (cache.size >= CACHED_KEYS) cache.clear();
    const entry = { at: now.getTime(), key: findKey(deps.db, hashKey(key), now), good: known?.good ?? false };
    entry.key.then(
      (found) => (entry.good = found !== null && !isOver(found, clock.now())),
      () => cache.delete(key),
    );
    cache.set(key, entry);
    return entry;
  };

  return {
    async authenticate(header, address) {
      const key = bearerOf(header);
      const locked = lockout.secondsLeft(address);
      const refuse = (): never => {
        lockout.failed(address);
        if (locked > 0) throw new Problem('too_many_failures', { retryAfterSeconds: locked });
        throw new Problem('invalid_key');
      };
      const environment = key === null ? null : checkKey(key);
      if (key === null || environment === null) return refuse();
      // Others may come from the same address: whoever has a good key is let in, but not at the database's cost.
      if (locked > 0 && cache.get(key)?.good !== true && !lockout.mayLook(address)) return refuse();
      if (environment !== deps.environment) throw new Problem('wrong_environment');
      const found = await lookUp(key).key;
      if (found === null || isOver(found, clock.now())) return refuse();
      if (!isWithin(address, found.allowedNetworks)) throw new Problem('network_not_allowed');
      uses.set(found.keyId, clock.now());
      return found;
    },
    forget: () => cache.clear(),
    async flush() {
      if (uses.size === 0) return;
      const due = new Map(uses);
      uses.clear();
      await asOperator(deps.db, (tx) => noteUse(tx, due));
    },
  };
}

function bearerOf(header: string | undefined): string | null {
  return /^Bearer +([\w-]{1,255}) *$/i.exec(header ?? '')?.[1] ?? null;
}

function isOver(key: FoundKey, now: Date): boolean {
  return key.revoked || (key.expiresAt !== null && key.expiresAt <= now);
}

function isWithin(address: string, networks: readonly string[]): boolean {
  if (networks.length === 0) return true;
  if (!ipaddr.isValid(address)) return false;
  const from = ipaddr.process(address);
  return networks.some((network) => {
    const [first, bits] = ipaddr.parseCIDR(network);
    return first.kind() === from.kind() && from.match(first, bits);
  });
}
