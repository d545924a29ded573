import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type WorkflowClient,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { ProblemCode } from '../domain/errors.js';
import type { RefusalDetail, UpdateRefusal } from '../domain/messages.js';
import { Problem, type ProblemOptions } from '../domain/problem.js';

/** Asks a contract's workflow to do something, and waits for what came of it. */
export interface ContractUpdates {
  /**
   * @param updateId the same id gets the same outcome, so a repeat is no second attempt
   * @throws Problem for a refusal, NotRunning when there is no such workflow
   */
  execute(contractId: string, name: string, argument: object, updateId: string): Promise<unknown>;
}

/** The contract's workflow was not started yet, or has ended. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

/** Temporal gave no answer: what came of the request is not known, and a repeat asks for the same outcome. */
export class NoAnswer extends Problem {}

/** Temporal takes 10 updates of a workflow at a time; what is more waits here, and what is too much is told so. */
const AT_ONCE = 8;
const WAITING = 200;
const PATIENCE_MS = 60_000;

/** While an answer is awaited, Temporal is asked this often whether it is still there. */
const LOOK_EVERY_MS = 2_000;

export interface UpdatesDeps {
  client: Pick<WorkflowClient, 'getHandle' | 'withDeadline' | 'withAbortSignal'>;
  temporalUp: () => Promise<boolean>;
}

export function createContractUpdates({ client, temporalUp }: UpdatesDeps): ContractUpdates {
  const queues = new Map<string, { running: number; waiting: (() => void)[] }>();

  const enter = async (contractId: string): Promise<void> => {
    const queue = queues.get(contractId) ?? { running: 0, waiting: [] };
    queues.set(contractId, queue);
    if (queue.running < AT_ONCE) {
      queue.running += 1;
      return;
    }
    if (queue.waiting.length >= WAITING) throw new Problem('too_many_requests', { retryAfterSeconds: 1 });
    await new Promise<void>((go) => queue.waiting.push(go));
  };
  const leave = (contractId: string): void => {
    const queue = queues.get(contractId)!;
    const go = queue.waiting.shift();
    if (go !== undefined) return go();
    queue.running -= 1;
    if (queue.running === 0) queues.delete(contractId);
  };

  return {
    async execute(contractId, name, argument, updateId) {
      await enter(contractId);
      try {
        const abort = new AbortController();
        const answer = client.withAbortSignal(abort.signal, () =>
          client.withDeadline(Date.now() + PATIENCE_MS, () =>
            client
              .getHandle(contractId)
              .executeUpdate<unknown, [object]>(name, { args: [argument], updateId }),
          ),
        );
        return await orGone(answer, temporalUp, abort);
      } catch (error) {
        throw translate(error);
      } finally {
        leave(contractId);
      }
    },
  };
}

/** The SDK goes on trying while Temporal is away; a person waits, so that is said once a look was in vain. */
async function orGone<T>(
  answer: Promise<T>,
  temporalUp: () => Promise<boolean>,
  abort: AbortController,
): Promise<T> {
  let isGone = false;
  const look = async (): Promise<void> => {
    if (await temporalUp()) return;
    isGone = true;
    abort.abort();
  };
  const timer = setInterval(() => {
    void look();
  }, LOOK_EVERY_MS);
  try {
    return await answer;
  } catch (error) {
    throw isGone ? new NoAnswer('service_unavailable', { retryAfterSeconds: 5 }) : error;
  } finally {
    clearInterval(timer);
  }
}

const RESOURCE_EXHAUSTED = 8;
const NOT_FOUND = 5;

function translate(error: unknown): unknown {
  if (error instanceof WorkflowNotFoundError) return new NotRunning();
  if (error instanceof WorkflowUpdateFailedError) return refusalOf(error.cause) ?? error;
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
    return new NoAnswer('service_unavailable', { retryAfterSeconds: 5 });
  if (error instanceof Problem) return error;
  const grpc = grpcErrorOf(error);
  if (grpc === null) return error;
  if (grpc.code === NOT_FOUND) return new NotRunning();
  if (grpc.code === RESOURCE_EXHAUSTED) return new NoAnswer('too_many_requests', { retryAfterSeconds: 1 });
  return new NoAnswer('service_unavailable', { retryAfterSeconds: 5 });
}

function grpcErrorOf(error: unknown): { code: number } | null {
  if (isGrpcServiceError(error)) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? null : grpcErrorOf(cause);
}

const UNKNOWN: ProblemCode = 'not_found';

/** The workflow's refusal as a problem; null when it is none of those that are agreed. */
function refusalOf(cause: unknown): Problem | null {
  if (!(cause instanceof ApplicationFailure)) return null;
  const type = cause.type as UpdateRefusal;
  const detail = (cause.details?.[0] ?? {}) as RefusalDetail;
  const options = optionsOf(detail);
  switch (type) {
    case 'unknown_signatory':
      return new Problem(UNKNOWN);
    case 'platform_unavailable':
    case 'outcome_unknown':
      return new Problem(type, { retryAfterSeconds: 30, ...options });
    case 'not_open':
    case 'already_signed':
    case 'sms_limit':
    case 'attempts_exceeded':
    case 'wrong_code':
    case 'deposit_due':
    case 'not_cancellable':
    case 'not_in_attention':
    case 'quota_exhausted':
      return new Problem(type, options);
    default:
      return null;
  }
}

function optionsOf(detail: RefusalDetail): ProblemOptions {
  const { smsLeft, attemptsLeft, retryAfterMs } = detail;
  return {
    extra: {
      ...(smsLeft === undefined ? {} : { smsLeft }),
      ...(attemptsLeft === undefined ? {} : { attemptsLeft }),
    },
    ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1000)) }),
  };
}
