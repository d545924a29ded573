import { PROBLEMS, type ProblemCode } from './errors.js';

/** One member that is wrong: a JSON pointer (RFC 6901), or `?name` for a query parameter. */
export interface MemberFault {
  pointer: string;
  detail: string;
}

export interface ProblemOptions {
  detail?: string;
  errors?: MemberFault[];
  /** Members of the problem beside the usual ones, e.g. `smsLeft`. */
  extra?: Record<string, number | string>;
  retryAfterSeconds?: number;
}

/** A refusal on its way to the renderer (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  constructor(
    readonly code: ProblemCode,
    readonly options: ProblemOptions = {},
  ) {
    super(options.detail ?? PROBLEMS[code].detail);
    this.status = PROBLEMS[code].status;
  }
}

/** A refusal that concerns one member. */
export function memberProblem(code: ProblemCode, pointer: string, detail?: string): Problem {
  return new Problem(code, { errors: [{ pointer, detail: detail ?? PROBLEMS[code].detail }] });
}

/** A path as a JSON pointer. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
