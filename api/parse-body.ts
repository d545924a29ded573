import { isUtf8 } from 'node:buffer';
import type { ZodError, ZodType } from 'zod';
import { pointerOf, Problem, type MemberFault } from '../domain/problem.js';
import { parseLongJson } from './parse-long-json.js';

/** From this size on a body is taken to hold documents. */
const LONG_BODY = 8_192;

/**
 * The JSON of a body, as the schema wants it; nothing at all counts as an empty object.
 * @throws Problem that points at each member that is wrong
 */
export function parseJson<T>(bytes: Buffer, schema: ZodType<T>): T {
  return check(jsonOf(bytes), schema);
}

/** @throws Problem */
export function jsonOf(bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  if (!isUtf8(bytes)) throw malformed('The body is not UTF-8.');
  if (bytes.length >= LONG_BODY && isCrowded(bytes)) throw malformed('The body has too many values.');
  let value: unknown;
  try {
    if (bytes.length >= LONG_BODY) value = parseLongJson(bytes);
    value ??= JSON.parse(bytes.toString('utf8'));
  } catch {
    throw malformed('The body is not JSON.');
  }
  // Where members may have any name zod drops this one without a word; nobody means it.
  if (bytes.includes('"__proto__"')) refusePrototypes(value);
  return value;
}

/** Beyond any body that we take: 20 MB of empty objects would take all the memory that the process has. */
const MAX_VALUES = 100_000;

/** Counts what each value but the first stands behind; documents in base64 have none of it. */
function isCrowded(bytes: Buffer): boolean {
  let left = MAX_VALUES;
  for (const sign of [',', '[', '{'])
    for (let at = bytes.indexOf(sign); at !== -1; at = bytes.indexOf(sign, at + 1))
      if (--left < 0) return true;
  return false;
}

/** Without recursion: a body may be nested as deep as it is long. */
function refusePrototypes(body: unknown): void {
  const waiting: { value: unknown; path: readonly string[] }[] = [{ value: body, path: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next;
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, member] of Object.entries(value)) {
      // Deeper than any member of ours: what is there is refused by its schema anyway.
      if (path.length < 10) waiting.push({ value: member, path: [...path, name] });
      if (name === '__proto__')
        throw new Problem('invalid_request', {
          errors: [{ pointer: pointerOf([...path, name]), detail: 'is not known' }],
        });
    }
  }
}

/** @throws Problem that points at each member that is wrong */
export function check<T>(value: unknown, schema: ZodType<T>): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Problem('invalid_request', { errors: faultsOf(result.error, pointerOf) });
}

/** Query parameters are pointed at as `?name`. */
export function checkQuery<T>(value: unknown, schema: ZodType<T>): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = faultsOf(result.error, (path) => `?${String(path[0] ?? '')}`);
  throw new Problem('invalid_request', { errors });
}

function malformed(detail: string): Problem {
  return new Problem('invalid_request', { detail, errors: [{ pointer: '', detail }] });
}

/** Enough to mend a request; a hostile one gets no longer answer than this. */
const MAX_FAULTS = 100;

function faultsOf(error: ZodError, render: (path: readonly PropertyKey[]) => string): MemberFault[] {
  const faults = error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ pointer: render([...issue.path, key]), detail: 'is not known' }));
    return [{ pointer: render(issue.path), detail: issue.message }];
  });
  return faults.slice(0, MAX_FAULTS);
}
