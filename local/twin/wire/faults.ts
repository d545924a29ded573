import { newId } from '../secret.js';
import type { LogTampering } from './tamper-log.js';

export const FAULT_KINDS = [
  'lose_reply',
  'delay',
  'status',
  'break_connection',
  'wrong_keys',
  'quota',
  'tamper_signed',
  'tamper_log',
  'seal_late',
] as const;
type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault as it is ordered from the control interface. */
interface FaultOrder {
  readonly kind: FaultKind;
  /** A request's name, or `*`. */
  readonly request: string;
  readonly contractId?: string | undefined;
  readonly apiUser?: string | undefined;
  /** How often it strikes; without it, as often as `probability` says. */
  readonly times?: number | undefined;
  /** Let so many matching requests pass first. */
  readonly skip?: number | undefined;
  /** 0 to 1, drawn from a generator that `seed` starts, so that a run can be repeated. */
  readonly probability?: number | undefined;
  readonly seed?: number | undefined;
  /** For `delay`: how long, in milliseconds of the machine's time. For `quota`: Retry-After, in milliseconds. */
  readonly ms?: number | undefined;
  /** For `status`: what to answer; 503 unless told. */
  readonly status?: number | undefined;
  /** For `delay` and `status`: before the work (which `status` then leaves undone), or after it. */
  readonly when?: 'before' | 'after' | undefined;
  /**
   * For `tamper_signed`: one byte changed, the end cut off, or the deposited file in the signed one's place. For
   * `tamper_log`: see tamper-log.ts.
   */
  readonly how?: 'flip' | 'truncate' | 'unsigned' | LogTampering | undefined;
}

export interface Fault extends FaultOrder {
  readonly id: string;
  struck: number;
}

/** The requests that are about to be hit. Faults live in memory: a restart of the twin clears them. */
export interface Faults {
  add(order: FaultOrder): Fault;
  list(): readonly Fault[];
  /** Removes one, or all. */
  clear(id?: string): void;
  /** The faults that strike this request, in the order in which they were set; each use is counted. */
  strike(request: { name: string; apiUser: string | null; contractId: string | null }): Fault[];
}

export function createFaults(): Faults {
  let faults: { fault: Fault; skip: number; draw: () => number }[] = [];
  return {
    add: (order) => {
      const fault: Fault = { ...order, id: newId('flt'), struck: 0 };
      faults.push({ fault, skip: order.skip ?? 0, draw: generator(order.seed ?? 1) });
      return fault;
    },
    list: () => faults.map((one) => one.fault),
    clear: (id) => {
      faults = id === undefined ? [] : faults.filter((one) => one.fault.id !== id);
    },
    strike: (request) => {
      const striking: Fault[] = [];
      for (const one of faults) {
        if (!matches(one.fault, request) || spent(one.fault)) continue;
        if (one.skip > 0) one.skip -= 1;
        else if (one.fault.probability === undefined || one.draw() < one.fault.probability) {
          one.fault.struck += 1;
          striking.push(one.fault);
        }
      }
      return striking;
    },
  };
}

function matches(
  fault: Fault,
  request: { name: string; apiUser: string | null; contractId: string | null },
): boolean {
  return (
    (fault.request === '*' || fault.request === request.name) &&
    (fault.contractId === undefined || fault.contractId === request.contractId) &&
    (fault.apiUser === undefined || fault.apiUser === request.apiUser)
  );
}

function spent(fault: Fault): boolean {
  return fault.times !== undefined && fault.struck >= fault.times;
}

/** Mulberry32: small, fast, and the same numbers for the same seed everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
