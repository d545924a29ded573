import {
  AggregationType,
  createAllowListAttributesProcessor,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';

/** Instruments of the instrumentations that are kept, with the few labels that they keep. */
const KEPT: readonly (readonly [name: string, labels: readonly string[]])[] = [
  [
    'http.server.request.duration',
    ['http.request.method', 'http.route', 'http.response.status_code', 'error.type'],
  ],
  // No server.address: receivers of webhooks are as many as clients like.
  ['http.client.request.duration', ['http.request.method', 'http.response.status_code', 'error.type']],
  ['db.client.operation.duration', ['db.operation.name', 'error.type']],
];

/** Counted at each use of a connection, and read by no rule and no dashboard. */
const UNUSED: ViewOptions = {
  instrumentName: 'db.client.connection.*',
  aggregation: { type: AggregationType.DROP },
};

/** In seconds; 0.5 is the objective for accepting a trigger. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Fewer labels than the instrumentations offer. Prometheus' exporter writes no units, so there the names get
 * the suffix that the collector would give them.
 */
export function viewsFor(exporter: 'prometheus' | 'otlp'): ViewOptions[] {
  const kept = KEPT.map(([instrumentName, labels]): ViewOptions => ({
    instrumentName,
    attributesProcessors: [createAllowListAttributesProcessor([...labels])],
    aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: BOUNDS } },
    ...(exporter === 'prometheus' ? { name: `${instrumentName}.seconds` } : {}),
  }));
  return [...kept, UNUSED];
}
