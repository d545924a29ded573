import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Attempt, WebhookSender } from '../adapters/webhooks/send.js';
import { signHeaders } from '../adapters/webhooks/sign.js';
import type { Environment } from '../domain/contract/state.js';
import type { DeliveryEnd, DeliveryInput } from '../domain/messages.js';
import { nextDelay as scheduledDelay, type NextDelayOptions } from '../domain/webhooks/schedule.js';
import type { Clock } from '../runtime/clock.js';
import type { Vault } from '../runtime/vault.js';
import type { Database } from '../store/database.js';
import { beginAttempt, endAttempt, failIfDisabled, type BegunAttempt } from '../store/attempts.js';
import { disableEndpoint } from '../store/endpoint-health.js';
import { openEndpointSecrets, secretsInForce } from '../store/endpoint-secrets.js';
import { EndpointBusy, type EndpointGate } from './endpoint-gate.js';
import { signOf } from './endpoint-sign.js';

export interface DeliverDeps {
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

/** One attempt each time it is called; throws a benign failure with the pause until the next one. */
export function createDeliverActivities(deps: DeliverDeps): {
  deliver: (input: DeliveryInput) => Promise<DeliveryEnd>;
} {
  return {
    async deliver(input) {
      const leave = await deps.gate.enter(input.endpointId).catch(comeBack);
      let sign: ReturnType<typeof signOf> = 'none';
      try {
        const begun = await beginAttempt(deps.db, input, deps.clock.now());
        if (begun === 'over') {
          await failIfDisabled(deps.db, input);
          return 'over';
        }
        if ('dueAt' in begun) throw later('NotDue', begun.dueAt.getTime() - deps.clock.now().getTime());
        const attempt = await send(deps, begun);
        sign = signOf(attempt);
        return await settle(deps, input, begun, attempt);
      } finally {
        leave(sign);
      }
    },
  };
}

function comeBack(error: unknown): never {
  throw error instanceof EndpointBusy ? later('EndpointBusy', error.retryInMs) : error;
}

/** Tried again after the pause; no mark in history, metrics or logs. */
function later(type: string, pauseMs: number): ApplicationFailure {
  const nextRetryDelay = Math.max(1, Math.round(pauseMs));
  const category = ApplicationFailureCategory.BENIGN;
  return ApplicationFailure.create({ type, message: type, nextRetryDelay, category });
}

async function send(deps: DeliverDeps, begun: BegunAttempt): Promise<Attempt> {
  const { vault, clock, sender } = deps;
  const { endpointId, eventId, body, url } = begun;
  const opened = openEndpointSecrets(vault, endpointId, begun.sealed);
  const timestamp = clock.now();
  const secrets = secretsInForce(opened, timestamp);
  const headers = signHeaders({ id: eventId, timestamp, body, secrets, keys: await deps.signingKeys() });
  const signal = cancellationSignal();
  const { headers: customHeaders, oauth, tls } = opened;
  try {
    return await sender.send({
      endpointId,
      url,
      body,
      headers: { ...headers },
      customHeaders,
      oauth,
      tls,
      signal,
    });
  } catch (error) {
    // The worker shuts down: another one makes the attempt again at once.
    throw signal.aborted ? later('CutOff', 0) : error;
  }
}

async function settle(
  deps: DeliverDeps,
  input: DeliveryInput,
  begun: BegunAttempt,
  attempt: Attempt,
): Promise<DeliveryEnd> {
  const { db, clock, environment } = deps;
  const now = clock.now();
  const { endpointId, number } = begun;
  const delay = attempt.outcome === 'retry' ? delayAfter(deps, begun, attempt) : null;
  const end = {
    ...input,
    number,
    at: now,
    durationMs: attempt.durationMs,
    status: attempt.status ?? null,
    response: attempt.response ?? null,
    error: attempt.error ?? null,
    nextAttemptAt: delay === null ? null : new Date(now.getTime() + delay),
  };
  if (attempt.outcome === 'gone') {
    await db.transaction().execute(async (tx) => {
      await endAttempt(tx, end);
      await disableEndpoint(tx, { endpointId, reason: 'gone', now, environment });
    });
    return 'gone';
  }
  await endAttempt(db, end);
  if (delay !== null) throw later('AttemptFailed', delay);
  return attempt.outcome === 'delivered' ? 'delivered' : 'failed';
}

function delayAfter(deps: DeliverDeps, begun: BegunAttempt, attempt: Attempt): number | null {
  const next = deps.nextDelay ?? scheduledDelay;
  return next(begun.made + 1, { retryAfterMs: attempt.retryAfterMs, random: Math.random });
}
