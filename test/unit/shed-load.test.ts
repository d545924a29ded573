import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { createRightOfWay } from '../../api/right-of-way.js';
import { classOf, shedLoad } from '../../api/shed-load.js';
import { SIGNING_MS } from '../../domain/pace.js';

const CALLS = {
  export: ['GET', '/v1/contracts/ctr_1/evidence'],
  read: ['GET', '/v1/contracts/ctr_1'],
  write: ['POST', '/v1/webhook-endpoints'],
  trigger: ['POST', '/v1/contracts'],
  sign: ['POST', '/v1/contracts/ctr_1/signatories/sig_1/signature'],
} as const;
type Kind = keyof typeof CALLS;

/** What Express would hand over, as far as the guard looks at it. */
class Asked extends EventEmitter {
  readonly locals: { takeRightOfWay?: () => void } = {};
  readonly headers = new Map<string, string>();
  statusCode = 0;
  isLetIn = false;
  headersSent = false;
  readonly request;
  constructor(method: string, path: string) {
    super();
    this.request = { method, path, headers: {}, complete: true };
  }
  setHeader(name: string, value: string): void {
    this.headers.set(name, value);
  }
  end(): void {
    this.emit('close');
  }
}

type Guard = ReturnType<typeof shedLoad>;

let ms = 0;
const clock = { now: () => new Date(ms) };
const quiet = () => createRightOfWay({ clock, signedSince: async () => false });

function ask(guard: Guard, method: string, path: string): Asked {
  const asked = new Asked(method, path);
  const letIn = (): void => void (asked.isLetIn = true);
  guard(asked.request as Request, asked as unknown as Response, letIn);
  return asked;
}
const askFor = (guard: Guard, kind: Kind): Asked => ask(guard, CALLS[kind][0], CALLS[kind][1]);

function turnedAway(lag: number, draw: number): string[] {
  const guard = shedLoad({ rightOfWay: quiet(), lagMs: () => lag, random: () => draw });
  return (Object.keys(CALLS) as Kind[]).filter((kind) => {
    const { isLetIn, statusCode, headers } = askFor(guard, kind);
    if (!isLetIn) {
      expect(statusCode).toBe(503);
      expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
      expect(headers.get('Request-Id')).toMatch(/^req_/);
    }
    return !isLetIn;
  });
}

test('each kind of request has its class', () => {
  for (const [name, [method, path]] of Object.entries(CALLS)) expect(classOf(method, path)).toBe(name);
});

test('the later the process, the more classes are turned away, signing last', () => {
  expect(turnedAway(150, 0)).toEqual([]);
  expect(turnedAway(200, 0)).toEqual(['export']);
  expect(turnedAway(400, 0)).toEqual(['export', 'read']);
  expect(turnedAway(500, 0)).toEqual(['export', 'read', 'write']);
  expect(turnedAway(900, 0)).toEqual(['export', 'read', 'write', 'trigger']);
  expect(turnedAway(4_000, 0)).toEqual(['export', 'read', 'write', 'trigger', 'sign']);
});

test('between its mark and twice that a class is turned away in part', () => {
  expect(turnedAway(225, 0.4)).toEqual(['export']);
  expect(turnedAway(225, 0.6)).toEqual([]);
  expect(turnedAway(301, 0.99)).toEqual(['export']);
});

test('what others sign is looked up once a second at most, and forgotten when the database is away', async () => {
  const asked: Date[] = [];
  let signed = Promise.resolve(true);
  const rightOfWay = createRightOfWay({
    clock,
    signedSince: (since) => {
      asked.push(since);
      return signed;
    },
  });
  ms = 100_000;
  expect([rightOfWay.isTaken(), rightOfWay.isTaken()]).toEqual([false, false]);
  await signed;
  expect([rightOfWay.isTaken(), asked]).toEqual([true, [new Date(100_000 - SIGNING_MS)]]);
  signed = Promise.reject(new Error('away'));
  ms += 1_500;
  expect(rightOfWay.isTaken()).toBe(true);
  ms += 1_500;
  expect([rightOfWay.isTaken(), asked.length]).toEqual([false, 3]);
});

test('health is always told', () => {
  const guard = shedLoad({ rightOfWay: quiet(), lagMs: () => 60_000 });
  for (const path of ['/livez', '/readyz']) expect(ask(guard, 'GET', path).isLetIn).toBe(true);
});

describe('in a flood of triggers', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const flood = () => {
    const guard = shedLoad({ rightOfWay: quiet(), lagMs: () => 0 });
    const signature = askFor(guard, 'sign');
    signature.locals.takeRightOfWay!();
    return { guard, signature, triggers: Array.from({ length: 200 }, () => askFor(guard, 'trigger')) };
  };
  const letIn = (all: Asked[]): number => all.filter(({ isLetIn }) => isLetIn).length;

  const refused = (all: Asked[]): number => all.filter(({ statusCode }) => statusCode === 503).length;

  test('few are under way while somebody signs, some wait, the others are turned away', () => {
    const { triggers } = flood();
    expect([letIn(triggers), refused(triggers)]).toEqual([1, 135]);
  });

  test('some time after the last signature as many are let in as one process can do', () => {
    const { signature, triggers } = flood();
    signature.end();
    triggers[0]!.end();
    expect(letIn(triggers)).toBe(2);
    ms += SIGNING_MS;
    triggers[1]!.end();
    expect(letIn(triggers)).toBe(18);
  });

  test('whoever signs comes before all that wait, and other classes have their own turns', () => {
    const { guard } = flood();
    for (let times = 0; times < 20; times += 1) expect(askFor(guard, 'sign').isLetIn).toBe(true);
    expect(askFor(guard, 'read').isLetIn).toBe(true);
  });

  test('an answer lets the next one in, and one that has gone away loses its turn', () => {
    const { triggers } = flood();
    triggers[2]!.end();
    triggers[0]!.end();
    triggers[1]!.end();
    const places = triggers.flatMap(({ isLetIn }, place) => (isLetIn ? [place] : []));
    expect(places).toEqual([0, 1, 3]);
  });

  test('whoever sends or reads slowly holds up none of the others; what is worked on keeps its place', () => {
    const { triggers } = flood();
    jest.advanceTimersByTime(5_000);
    expect(letIn(triggers)).toBe(1);
    triggers[0]!.headersSent = true;
    triggers[1]!.request.complete = false;
    jest.advanceTimersByTime(2_000);
    expect(letIn(triggers)).toBe(3);
    triggers[0]!.end();
    expect(letIn(triggers)).toBe(3);
  });

  test('while somebody signs a place rests after each trigger for four times as long as it took', () => {
    const { signature, triggers } = flood();
    jest.advanceTimersByTime(100);
    triggers[0]!.end();
    jest.advanceTimersByTime(399);
    expect(letIn(triggers)).toBe(1);
    jest.advanceTimersByTime(1);
    expect(letIn(triggers)).toBe(2);
    jest.advanceTimersByTime(20_000);
    triggers[1]!.end();
    jest.advanceTimersByTime(1_000);
    expect(letIn(triggers)).toBe(3);
    signature.end();
    ms += SIGNING_MS;
    jest.advanceTimersByTime(100);
    triggers[2]!.end();
    expect(letIn(triggers)).toBe(19);
  });
});
