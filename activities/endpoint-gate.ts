import { admit, CLOSED, recordResult, type Admission, type Breaker } from '../domain/webhooks/breaker.js';

export interface EndpointGateDeps {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Attempts at once to one endpoint from this process. */
  perEndpoint?: number;
  /** How many more may wait here for a place, and how long; the others come back later. */
  waiting?: number;
  waitMs?: number;
  /** Attempts a second to one endpoint, over more than a moment. */
  ratePerSecond?: number;
}

/**
 * `alive`: it answered, whatever it said; `down`: it did not, or said that it can't take more; `gone`: it wants no
 * more; `none`: cut off.
 */
export type EndpointSign = 'alive' | 'down' | 'gone' | 'none';

/** Not now: come back in `retryInMs`. Uses up no attempt of the schedule. */
export class EndpointBusy extends Error {
  override readonly name = 'EndpointBusy';
  constructor(readonly retryInMs: number) {
    super('the endpoint takes no more attempts just now');
  }
}

export interface EndpointGate {
  /**
   * Lets one attempt through; call what it resolves with once it has ended.
   * @param isAsked somebody waits for it: it may probe while the breaker is open
   * @throws EndpointBusy
   */
  enter(endpointId: string, isAsked?: boolean): Promise<(sign: EndpointSign) => void>;
  /** Whether it has just said that it wants no more; until that is written down. */
  isGone(endpointId: string): boolean;
}

interface Lane {
  breaker: Breaker;
  inFlight: number;
  queue: Set<() => void>;
  /** When the next attempt would be due at the full rate. */
  rateAt: number;
  /** When the last one that was sent away comes back. */
  turnAt: number;
  /** When an attempt last came to its end, or the first one began. */
  movedAt: number;
  /** Nothing goes out before: it wants no more. */
  goneUntil: number;
}

/** Those that a breaker sent away come back one after another: a dead endpoint's many never come as one wave. */
const TURN_MS = 50;
/** How soon to look again while one attempt finds out whether the endpoint is back. */
const PROBE_LOOK_MS = 1_500;
const BURST_MS = 1_000;
/** When those come back that found no room, at the soonest; later where nothing moves: looking costs, too. */
const FULL_MS = 300;
const LONGEST_FULL_MS = 5_000;
/** By then the database says that the endpoint is disabled. */
const GONE_MS = 5_000;

/**
 * Keeps endpoints from each other's way, in this process: at most so many attempts at once and a second to each, and
 * a circuit breaker, so that a dead one holds neither slots nor the queue.
 */
export function createEndpointGate(deps: EndpointGateDeps): EndpointGate {
  const { now, perEndpoint = 20, waiting = 30, waitMs = 3_000, ratePerSecond = 100 } = deps;
  const paceMs = 1_000 / ratePerSecond;
  const lanes = new Map<string, Lane>();

  function sendAway(lane: Lane, pauseMs: number): never {
    const spacing = lane.breaker.openUntil === null ? paceMs : TURN_MS;
    lane.turnAt = Math.max(lane.turnAt + spacing, now() + pauseMs);
    throw new EndpointBusy(lane.turnAt - now());
  }

  /** @returns whether it is the probe */
  function pass(lane: Lane, isAsked: boolean): boolean {
    if (lane.goneUntil > now()) sendAway(lane, lane.goneUntil - now());
    const { breaker } = lane;
    const admission = admitOrProbe(breaker, isAsked, now());
    if (!admission.admitted) {
      sendAway(lane, breaker.probing ? Math.min(admission.waitMs, PROBE_LOOK_MS) : admission.waitMs);
    }
    const rateAt = Math.max(lane.rateAt, now()) + paceMs;
    if (rateAt - now() > BURST_MS) sendAway(lane, paceMs);
    lane.rateAt = rateAt;
    lane.breaker = admission.breaker;
    lane.inFlight += 1;
    return lane.breaker.probing;
  }

  function leave(endpointId: string, lane: Lane, sign: EndpointSign, isProbe: boolean): void {
    lane.inFlight -= 1;
    lane.movedAt = now();
    // A probe that found nothing out leaves its turn to the next.
    if (sign === 'none' && isProbe) lane.breaker = { ...lane.breaker, openUntil: now(), probing: false };
    if (sign === 'gone') lane.goneUntil = now() + GONE_MS;
    if (sign !== 'none') lane.breaker = recordResult(lane.breaker, sign !== 'down', now());
    // All at once when the breaker has just opened: they find it open and go.
    const count = lane.breaker.openUntil === null ? 1 : lane.queue.size;
    for (const wake of [...lane.queue].slice(0, count)) wake();
    const isIdle = lane.inFlight === 0 && lane.queue.size === 0 && lane.breaker === CLOSED;
    if (isIdle && Math.max(lane.rateAt, lane.turnAt, lane.goneUntil) <= now()) lanes.delete(endpointId);
  }

  return {
    isGone: (endpointId) => (lanes.get(endpointId)?.goneUntil ?? 0) > now(),
    async enter(endpointId, isAsked = false) {
      const lane = lanes.get(endpointId) ?? newLane(now());
      lanes.set(endpointId, lane);
      const until = now() + waitMs;
      while (lane.inFlight >= perEndpoint && lane.breaker.openUntil === null) {
        if (lane.queue.size >= waiting || now() >= until) sendAway(lane, fullPause(lane, now()));
        await placeOrTime(lane.queue, until - now());
      }
      const isProbe = pass(lane, isAsked);
      let isIn = true;
      return (sign) => {
        if (isIn) leave(endpointId, lane, sign, isProbe);
        isIn = false;
      };
    },
  };
}

function newLane(movedAt: number): Lane {
  return { breaker: CLOSED, inFlight: 0, queue: new Set(), rateAt: 0, turnAt: 0, movedAt, goneUntil: 0 };
}

/** As long as it has already been since anything moved, within bounds. */
function fullPause({ movedAt }: Lane, now: number): number {
  return Math.min(Math.max(now - movedAt, FULL_MS), LONGEST_FULL_MS);
}

/** What somebody asked for need not wait for the pause's end, only for a probe that is under way. */
function admitOrProbe(breaker: Breaker, isAsked: boolean, now: number): Admission {
  const mayProbe = isAsked && breaker.openUntil !== null && !breaker.probing;
  return admit(mayProbe ? { ...breaker, openUntil: now } : breaker, now);
}

function placeOrTime(queue: Set<() => void>, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      queue.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, waitMs);
    queue.add(wake);
  });
}
