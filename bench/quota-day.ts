import { createDraw, timeOfDay } from './quota-day/people.js';
import { simulate, type Outcome, type SimulatedContract } from './quota-day/simulate.js';

const DAY_MS = 86_400_000;
const LIMIT = 1_000;
/** The first day fills the window; the figures are of the week that follows. */
const DAYS = 8;

/** A week under quota in virtual time: 480 a day, 200 a day, and 2,000 drafts in one bulk beside 100 urgent ones. */
export async function benchQuotaDay(): Promise<object> {
  return Promise.resolve({ full: fullWeek(), calm: calmWeek(), bulk: bulk() });
}

function week(aDay: number, seed: number): Outcome {
  const draw = createDraw(seed);
  const contracts = Array.from({ length: aDay * DAYS }, (_none, index): SimulatedContract => {
    const arrives = Math.floor(index / aDay) * DAY_MS + timeOfDay(draw);
    return { name: `c${index}`, arrives, deadline: arrives + 14 * DAY_MS };
  });
  return simulate(contracts, LIMIT, (DAYS + 5) * DAY_MS, draw);
}

function fullWeek(): object {
  const outcome = week(480, 1);
  const delays = delaysOf(outcome);
  return {
    contracts: outcome.contracts.length,
    published: outcome.contracts.filter((one) => one.published !== undefined).length,
    completed: outcome.contracts.filter((one) => one.completed !== undefined).length,
    mostInAny24h: outcome.ledger.mostInADay(),
    longestToPublishMin: minutes(
      Math.max(...outcome.contracts.map((one) => (one.published ?? Infinity) - one.arrives)),
    ),
    longestToCompleteMin: minutes(Math.max(...delays)),
    medianToCompleteS: seconds(percentile(delays, 0.5)),
  };
}

function calmWeek(): object {
  const outcome = week(200, 2);
  const delays = delaysOf(outcome);
  const median = percentile(delays, 0.5) / 1_000;
  return {
    medianSignatureToEventS: Math.round(median * 10) / 10,
    ofEvenSpread: Math.round((median / 72) * 100) / 100,
    p95S: seconds(percentile(delays, 0.95)),
    mostInAny24h: outcome.ledger.mostInADay(),
    interactiveReserveUntouched: outcome.ledger.mostInADay() <= LIMIT - 10,
    pollsADay: Math.round(outcome.polls / (DAYS + 5)),
  };
}

function bulk(): object {
  const draw = createDraw(3);
  const start = 3 * DAY_MS + 10 * 3_600_000;
  const before = Array.from({ length: 600 }, (_none, index): SimulatedContract => {
    const arrives = Math.floor(index / 200) * DAY_MS + timeOfDay(draw);
    return { name: `before${index}`, arrives, deadline: arrives + 14 * DAY_MS };
  });
  const drafts = Array.from({ length: 2_000 }, (_none, index): SimulatedContract => {
    return { name: `draft${index}`, arrives: start, deadline: start + 30 * DAY_MS + index, draft: true };
  });
  const urgent = Array.from({ length: 100 }, (_none, index): SimulatedContract => {
    return { name: `urgent${index}`, arrives: start, deadline: start + 2 * DAY_MS + index };
  });
  const outcome = simulate([...before, ...drafts, ...urgent], LIMIT, start + 12 * DAY_MS, draw);
  const asked = [...drafts, ...urgent];
  const errors = asked.map((one) => Math.abs((one.published ?? Infinity) - (one.estimate ?? 0)));
  const firstDraft = Math.min(...drafts.map((one) => one.published ?? Infinity));
  return {
    published: asked.filter((one) => one.published !== undefined).length,
    urgentFirst: urgent.every((one) => (one.published ?? Infinity) <= firstDraft),
    lastUrgentMin: minutes(Math.max(...urgent.map((one) => (one.published ?? Infinity) - start))),
    lastDraftDays:
      Math.round(((Math.max(...drafts.map((one) => one.published ?? Infinity)) - start) / DAY_MS) * 100) /
      100,
    worstEstimateErrorMin: minutes(Math.max(...errors)),
    medianEstimateErrorMin: minutes(percentile(errors, 0.5)),
    mostInAny24h: outcome.ledger.mostInADay(),
  };
}

/** From the last signature to `contract.completed`. */
function delaysOf({ contracts }: Outcome): number[] {
  return contracts
    .filter((one) => one.lastSigned !== undefined && one.arrives >= DAY_MS)
    .map((one) => (one.completed ?? Infinity) - (one.lastSigned ?? 0));
}

function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const minutes = (ms: number): number => Math.round(ms / 6_000) / 10;
const seconds = (ms: number): number => Math.round(ms / 100) / 10;
