import type { Attempt, WebhookSender } from '../adapters/webhooks/send.js';
import { signHeaders } from '../adapters/webhooks/sign.js';
import type { Environment } from '../domain/contract/state.js';
import type { DeliveryEnd } from '../domain/messages.js';
import { nextDelay as scheduledDelay, type NextDelayOptions } from '../domain/webhooks/schedule.js';
import type { Clock } from '../runtime/clock.js';
import type { Vault } from '../runtime/vault.js';
import {
  beginAttempt,
  endAttempt,
  failIfDisabled,
  type AttemptEnd,
  type BegunAttempt,
  type DeliveryRef,
} from '../store/attempts.js';
import type { Database } from '../store/database.js';
import { disableEndpoint, isStillAt } from '../store/endpoint-health.js';
import { openEndpointSecrets, secretsInForce } from '../store/endpoint-secrets.js';
import { EndpointBusy, type EndpointGate, type EndpointSign } from './endpoint-gate.js';
import { signOf } from './endpoint-sign.js';

export interface AttemptDeps {
  db: Database;
  vault: Vault;
  clock: Clock;
  sender: Pick<WebhookSender, 'send'>;
  gate: EndpointGate;
  environment: Environment;
  /** The service's ed25519 keys in force, newest first. */
  signingKeys: () => Promise<{ id: string; privateKey: string }[]>;
  /** The schedule; another one in tests. */
  nextDelay?: (attemptsMade: number, options: NextDelayOptions) => number | null;
}

export interface AttemptWish extends DeliveryRef {
  endpointId: string;
  /** Somebody waits for it: goes also while the breaker is open, as its probe. */
  isAsked?: boolean;
  /** Cuts the attempt off, on shutdown. */
  signal: AbortSignal;
}

/**
 * `EndpointBusy`: not tried, its endpoint takes no more just now; `NotDue`: not tried, too early; `CutOff`: without a
 * verdict, to be made again; `AttemptFailed`: tried, and to be tried again by the schedule.
 */
export type AttemptResult =
  { end: DeliveryEnd } | { again: 'EndpointBusy' | 'NotDue' | 'CutOff' | 'AttemptFailed'; inMs: number };

export type AttemptDelivery = (wish: AttemptWish) => Promise<AttemptResult>;

/** Makes one attempt of a delivery, written down before and after; the rows say which one it is. */
export function createAttemptDelivery(deps: AttemptDeps): AttemptDelivery {
  return async (wish) => {
    let leave: (sign: EndpointSign) => void;
    try {
      leave = await deps.gate.enter(wish.endpointId, wish.isAsked);
    } catch (error) {
      if (error instanceof EndpointBusy) return { again: 'EndpointBusy', inMs: error.retryInMs };
      throw error;
    }
    let sign: EndpointSign = 'none';
    try {
      const begun = await beginAttempt(deps.db, wish, deps.clock.now());
      if (begun === 'over') return await over(deps, wish);
      if ('dueAt' in begun) {
        return { again: 'NotDue', inMs: begun.dueAt.getTime() - deps.clock.now().getTime() };
      }
      const attempt = await send(deps, begun, wish.signal);
      if (attempt === null) return { again: 'CutOff', inMs: 0 };
      sign = signOf(attempt);
      // Before it is written down: others are about to go out.
      if (sign === 'gone') leave(sign);
      return await settle(deps, wish, begun, attempt);
    } finally {
      leave(sign);
    }
  };
}

async function over({ db }: AttemptDeps, ref: DeliveryRef): Promise<AttemptResult> {
  await failIfDisabled(db, ref);
  return { end: 'over' };
}

/** @returns null when it was cut off by the signal, or another attempt was answered 410 just now */
async function send(deps: AttemptDeps, begun: BegunAttempt, signal: AbortSignal): Promise<Attempt | null> {
  const { endpointId, eventId, body, url } = begun;
  const opened = openEndpointSecrets(deps.vault, endpointId, begun.sealed);
  const { headers: customHeaders, oauth, tls } = opened;
  const keys = await deps.signingKeys();
  const timestamp = deps.clock.now();
  const secrets = secretsInForce(opened, timestamp);
  const headers = { ...signHeaders({ id: eventId, timestamp, body, secrets, keys }) };
  if (deps.gate.isGone(endpointId)) return null;
  try {
    return await deps.sender.send({ endpointId, url, body, headers, customHeaders, oauth, tls, signal });
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

async function settle(
  deps: AttemptDeps,
  { deliveryId, round }: DeliveryRef,
  begun: BegunAttempt,
  attempt: Attempt,
): Promise<AttemptResult> {
  const { db, clock, nextDelay = scheduledDelay } = deps;
  const now = clock.now();
  const { endpointId, number, made } = begun;
  const { outcome, durationMs, retryAfterMs } = attempt;
  const seen = {
    status: attempt.status ?? null,
    response: attempt.response ?? null,
    error: attempt.error ?? null,
  };
  const end = { deliveryId, round, endpointId, number, at: now, durationMs, nextAttemptAt: null, ...seen };
  if (outcome === 'gone' && (await disable(deps, begun.url, end))) return { end: 'gone' };
  const isDelivered = outcome === 'delivered';
  const delay = isDelivered ? null : nextDelay(made + 1, { retryAfterMs, random: Math.random });
  const nextAttemptAt = delay === null ? null : new Date(now.getTime() + delay);
  await endAttempt(db, { ...end, nextAttemptAt });
  if (delay !== null) return { again: 'AttemptFailed', inMs: delay };
  return { end: isDelivered ? 'delivered' : 'failed' };
}

/** @returns false when the endpoint has another URL by now: that one has not said that it wants no more */
function disable({ db, environment }: AttemptDeps, url: string, end: AttemptEnd): Promise<boolean> {
  const { endpointId, at: now } = end;
  return db.transaction().execute(async (tx) => {
    if (!(await isStillAt(tx, endpointId, url))) return false;
    await endAttempt(tx, end);
    await disableEndpoint(tx, { endpointId, reason: 'gone', now, environment });
    return true;
  });
}
