import { Problem } from '../../domain/problem.js';
import { line } from '../../domain/schemas/text.js';
import { trigger, type Trigger } from '../../domain/schemas/trigger.js';
import { check, jsonOf } from '../parse-body.js';

/** As a header could hold it. */
const KEY = line(255);

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
  const key = KEY.safeParse(idempotencyKey);
  if (!key.success)
    throw new Problem('idempotency_key_required', {
      errors: [{ pointer: '/idempotencyKey', detail: 'must be one line of text of 1 to 255 characters' }],
    });
  return { idempotencyKey: key.data, trigger: check(rest, trigger) };
}
