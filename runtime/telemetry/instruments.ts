import { LOAD_CLASSES } from '../../domain/load-classes.js';
import { PRIORITY } from '../../domain/quota/policy.js';
import { metrics, type Attributes, type Counter, type Histogram } from '@opentelemetry/api';

/** Names begin with this; labels are few and never name a person, a client or a contract. */
const METER = 'paraphe';

/** Counters of the product and what each counts. */
const COUNTERS = {
  paraphe_platform_requests_total: 'Requests to the platform, by operation and outcome',
  paraphe_webhook_attempts_total: 'Attempts to deliver a webhook, by outcome',
  paraphe_api_problems_total: 'Refusals and faults that the api answered, by code',
  paraphe_load_shed_total: 'Requests refused because the process is overloaded, by class',
  paraphe_quota_waits_total: 'Platform requests that found no slot in the quota, by operation',
} as const;

const OPERATIONS = Object.keys(PRIORITY);

/** They stand at zero from the start on: an increase from nothing to the first one is seen by no rule. */
const STARTING: Record<CounterName, Attributes[]> = {
  paraphe_platform_requests_total: OPERATIONS.flatMap((operation) =>
    ['done', 'refused', 'not_sent', 'unknown'].map((outcome) => ({ operation, outcome })),
  ),
  paraphe_webhook_attempts_total: [{}],
  paraphe_api_problems_total: ['invalid_key', 'network_not_allowed', 'too_many_failures'].map((code) => ({
    code,
  })),
  paraphe_load_shed_total: LOAD_CLASSES.map((name) => ({ class: name })),
  paraphe_quota_waits_total: OPERATIONS.map((operation) => ({ operation })),
};

/** Durations in seconds; the bounds are the objectives' own. */
export const DURATIONS = {
  paraphe_contract_publish_duration_seconds: {
    description: 'From the accepted trigger to the published contract',
    bounds: [1, 5, 15, 60, 300, 900, 3600, 21_600, 86_400],
  },
  paraphe_contract_retrieve_duration_seconds: {
    description: 'From the last signature to the verified and archived documents',
    bounds: [5, 30, 60, 300, 900, 3600, 21_600, 86_400],
  },
} as const;

export type CounterName = keyof typeof COUNTERS;
export type DurationName = keyof typeof DURATIONS;

const counters = new Map<CounterName, Counter>();
const histograms = new Map<DurationName, Histogram>();

/** Counts one; costs next to nothing when nothing is exported. */
export function count(name: CounterName, labels: Attributes = {}, value = 1): void {
  let counter = counters.get(name);
  if (counter === undefined) {
    counter = metrics.getMeter(METER).createCounter(name, { description: COUNTERS[name] });
    counters.set(name, counter);
  }
  counter.add(value, labels);
}

/** Sets every counter to zero where rules look for its first increase. */
export function startCounters(): void {
  for (const [name, labels] of Object.entries(STARTING))
    for (const one of labels) count(name as CounterName, one, 0);
}

/** @param seconds negative ones (clocks that differ) count as zero */
export function observeDuration(name: DurationName, seconds: number): void {
  let histogram = histograms.get(name);
  if (histogram === undefined) {
    const { description, bounds } = DURATIONS[name];
    const advice = { explicitBucketBoundaries: [...bounds] };
    histogram = metrics.getMeter(METER).createHistogram(name, { description, unit: 's', advice });
    histograms.set(name, histogram);
  }
  histogram.record(Math.max(0, seconds));
}

/** Numbers read together, as gauges. @param read called once a collection, not once a gauge */
export function registerGauges(
  descriptions: Readonly<Record<string, string>>,
  read: () => Promise<readonly Sample[]>,
): void {
  const meter = metrics.getMeter(METER);
  const gauges = Object.entries(descriptions).map(
    ([name, description]) => [name, meter.createObservableGauge(name, { description })] as const,
  );
  const byName = new Map(gauges);
  meter.addBatchObservableCallback(
    async (result) => {
      for (const { name, value, labels } of await read()) {
        const gauge = byName.get(name);
        if (gauge !== undefined) result.observe(gauge, value, labels);
      }
    },
    gauges.map(([, gauge]) => gauge),
  );
}

export interface Sample {
  name: string;
  value: number;
  labels: Attributes;
}
