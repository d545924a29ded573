import { Problem } from '../../domain/problem.js';
import { acceptOnce } from '../accept/accept-once.js';
import type { Planned } from '../accept/accept-trigger.js';
import { parseLine } from '../accept/parse-line.js';
import { planBulk } from '../accept/plan-bulk.js';
import type { ApiDeps } from '../deps.js';
import { renderProblem } from '../problem-body.js';
import { route, type Answer, type Call } from '../route.js';
import { toProblem } from '../to-problem.js';

/** Lines under way at once: enough to keep PostgreSQL busy, few enough to leave room for single triggers. */
const AT_ONCE = 6;
const NEWLINE = 0x0a;
/** Each costs memory of its own, however short it is. */
const MAX_LINES = 20_000;

/** Thousands of triggers in one request. */
export const bulk = route({
  method: 'post',
  path: '/v1/contracts/bulk',
  scope: 'contracts:write',
  tag: 'Contracts',
  summary: 'Trigger many contracts, one a line',
  description:
    'NDJSON: each line is a trigger with its own `idempotencyKey` member. The answer has one line for each, in order: `{"line", "status", "body"}`; a bad line spoils no other. Up to 20,000 lines. Large files first by `POST /v1/documents`.',
  bodyType: 'application/x-ndjson',
  idempotencyKey: 'none',
  answers: { 200: { description: 'One line for each', mediaType: 'application/x-ndjson' } },
  problems: ['request_too_large'],
  async handle(call, deps) {
    const lines = linesOf(call.bytes);
    const plan = await planBulk(
      lines.map((line) => line.bytes),
      call,
      deps,
    );
    const inTurn = createTurns();
    const answers = Array.from({ length: lines.length }, () => '');
    const places = lines.keys();
    const lane = async (): Promise<void> => {
      for (const place of places)
        answers[place] = await answerLine(lines[place]!, { call, plan, inTurn }, deps);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return { status: 200, raw: answers.join(''), headers: { 'Content-Type': 'application/x-ndjson' } };
  },
});

/** What the lines of one request share. */
interface Bulk {
  call: Call<undefined, undefined>;
  plan: Map<string, Planned>;
  inTurn: <T>(names: string[], work: () => Promise<T>) => Promise<T>;
}

interface Line {
  /** Counted from 1, empty lines included. */
  number: number;
  bytes: Buffer;
}

function linesOf(bytes: Buffer): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let number = 1; start < bytes.length; number++) {
    if (number > MAX_LINES)
      throw new Problem('request_too_large', {
        errors: [{ pointer: '', detail: 'has more than 20,000 lines' }],
      });
    const end = bytes.indexOf(NEWLINE, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (line.some((byte) => byte > 0x20)) lines.push({ number, bytes: line });
    start = end === -1 ? bytes.length : end + 1;
  }
  return lines;
}

async function answerLine(line: Line, bulk: Bulk, deps: ApiDeps): Promise<string> {
  const { call } = bulk;
  const answer = await acceptLine(line, bulk, deps).catch((error: unknown): Answer => {
    const problem = toProblem(error);
    if (problem === null) deps.logger.error({ error, requestId: call.requestId, operation: 'bulk_line' });
    const { status, body } = renderProblem(
      problem ?? new Problem('internal_error'),
      call.requestId,
      deps.config.PUBLIC_URL,
    );
    return { status, raw: body };
  });
  return `{"line":${line.number},"status":${answer.status},"body":${String(answer.raw)}}\n`;
}

async function acceptLine({ bytes }: Line, { call, plan, inTurn }: Bulk, deps: ApiDeps): Promise<Answer> {
  const { idempotencyKey, trigger } = parseLine(bytes);
  const key = { clientId: call.caller.clientId, path: call.path, key: idempotencyKey };
  const names = [
    `key ${idempotencyKey}`,
    ...(trigger.reference === undefined ? [] : [`ref ${trigger.reference}`]),
  ];
  return inTurn(names, () =>
    acceptOnce({ call, key, bytes, trigger, planned: plan.get(idempotencyKey) }, deps),
  );
}

/** Lines that share a name (a key, a reference) are taken one after the other, in the order of the lines. */
function createTurns(): Bulk['inTurn'] {
  const last = new Map<string, Promise<unknown>>();
  return (names, work) => {
    const turn = Promise.all(names.map((name) => last.get(name) ?? Promise.resolve())).then(work);
    const ended = turn.catch(() => undefined);
    for (const name of names) last.set(name, ended);
    return turn;
  };
}
