import type { Clock } from '../runtime/clock.js';

const WINDOW_MS = 60_000;
const ALLOWED = 50;
const ADDRESSES = 10_000;
const LOOKS_A_SECOND = 10;

interface Failures {
  since: number;
  count: number;
  looks: { second: number; count: number };
}

/** Counts requests with invalid keys for each address, and says when one had too many (CN10). */
export interface Lockout {
  /** Seconds until the address may try again; 0 when it may now. */
  secondsLeft(address: string): number;
  failed(address: string): void;
  /** Whether a key from an address that is locked out may be looked up all the same: a few each second. */
  mayLook(address: string): boolean;
}

export function createLockout(clock: Clock): Lockout {
  const failures = new Map<string, Failures>();
  return {
    secondsLeft(address) {
      const entry = failures.get(address);
      if (entry === undefined || entry.count < ALLOWED) return 0;
      const left = entry.since + WINDOW_MS - clock.now().getTime();
      return left > 0 ? Math.ceil(left / 1000) : 0;
    },
    failed(address) {
      const now = clock.now().getTime();
      const entry = failures.get(address);
      if (entry !== undefined && now - entry.since < WINDOW_MS) {
        entry.count += 1;
        return;
      }
      // A map keeps the order of insertion: the oldest entry goes, so that many addresses cost no memory.
      failures.delete(address);
      if (failures.size >= ADDRESSES) failures.delete(failures.keys().next().value!);
      failures.set(address, { since: now, count: 1, looks: { second: 0, count: 0 } });
    },
    mayLook(address) {
      const looks = failures.get(address)?.looks;
      if (looks === undefined) return true;
      const second = Math.floor(clock.now().getTime() / 1000);
      if (looks.second !== second) Object.assign(looks, { second, count: 0 });
      looks.count += 1;
      return looks.count <= LOOKS_A_SECOND;
    },
  };
}
