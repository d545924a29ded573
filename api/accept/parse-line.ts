import { Problem } from '../../domain/problem.js';
import { trigger, type Trigger } from '../../domain/schemas/trigger.js';
import { check, jsonOf } from '../parse-body.js';

export interface ParsedLine {
  idempotencyKey: string;
  trigger: Trigger;
}

/** A line of a bulk: a trigger with its own key. @throws Problem that points at each member that is wrong */
export function parseLine(bytes: Buffer): ParsedLine {
  const value = jsonOf(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Problem('invalid_request', { errors: [{ pointer: '', detail: 'is not an object' }] });
  const { idempotencyKey, ...rest } = value as Record<string, unknown>;
  if (typeof idempotencyKey !== 'string' || idempotencyKey === '' || idempotencyKey.length > 255)
    throw new Problem('idempotency_key_required', {
      errors: [{ pointer: '/idempotencyKey', detail: 'must be a text of 1 to 255 characters' }],
    });
  return { idempotencyKey, trigger: check(rest, trigger) };
}
