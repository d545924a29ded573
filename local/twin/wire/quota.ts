import type { Clock } from '../clock.js';
import type { Account, RequestRecord } from '../model.js';
import { TwinError } from '../twin-error.js';

const DAY_MS = 86_400_000;

/** Counts requests in a sliding window of 24 hours, for each account. */
export interface Quota {
  /** Takes one, or throws `quota_exceeded` with the whole seconds until the next one fits; a refusal is not counted. */
  take(account: Account): void;
  /** Requests counted in the last 24 hours. */
  used(user: string): number;
}

export function createQuota(clock: Clock, past: readonly RequestRecord[]): Quota {
  const taken = new Map<string, number[]>();
  const windowOf = (user: string): number[] => {
    const times = taken.get(user) ?? [];
    const firstInside = times.findIndex((at) => at > clock.now() - DAY_MS);
    const fresh = firstInside === 0 ? times : firstInside === -1 ? [] : times.slice(firstInside);
    taken.set(user, fresh);
    return fresh;
  };
  for (const one of past) {
    if (!one.counted || one.apiUser === null) continue;
    const times = taken.get(one.apiUser);
    if (times === undefined) taken.set(one.apiUser, [Date.parse(one.at)]);
    else times.push(Date.parse(one.at));
  }
  return {
    used: (user) => windowOf(user).length,
    take: (account) => {
      const times = windowOf(account.user);
      if (account.quota !== null && times.length >= account.quota) {
        const frees = times[times.length - account.quota] ?? clock.now();
        const retryAfter = Math.max(1, Math.ceil((frees + DAY_MS - clock.now()) / 1000));
        throw new TwinError('quota_exceeded', { retryAfter });
      }
      times.push(clock.now());
    },
  };
}
