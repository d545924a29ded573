import type { Logger } from '../runtime/logger.js';
import { registerGauges } from '../runtime/telemetry/instruments.js';
import type { Connection } from '../store/connections.js';
import type { Database } from '../store/database.js';
import { GAUGES, readGauges, type GaugeSample } from '../store/gauges.js';
import type { Clock } from '../runtime/clock.js';

export interface GaugesDeps {
  db: Database;
  clock: Clock;
  logger: Logger;
  connection: Connection;
}

/** However often and by however many they are asked for, PostgreSQL is read at most this often by a process. */
const AT_MOST_EVERY_MS = 15_000;
const AGE = 'paraphe_gauges_age_seconds';

/**
 * Offers the numbers that lie in PostgreSQL. Every worker offers the same ones: rules take their maximum. When they
 * can't be read there are none but their age, so that nothing old passes for new.
 */
export function offerGauges(deps: GaugesDeps): void {
  const read = createGaugeReader(deps);
  const helps = Object.fromEntries(GAUGES.map(({ name, help }) => [name, help]));
  registerGauges({ ...helps, [AGE]: 'Since the numbers of PostgreSQL were last read' }, read);
}

/** Exported for its test. */
export function createGaugeReader({
  db,
  clock,
  logger,
  connection,
}: GaugesDeps): () => Promise<GaugeSample[]> {
  const began = clock.now().getTime();
  let kept: { samples: GaugeSample[]; at: number } = { samples: [], at: Number.NEGATIVE_INFINITY };
  let goodAt = began;
  return async () => {
    const now = clock.now();
    if (now.getTime() - kept.at >= AT_MOST_EVERY_MS) {
      kept = { samples: [], at: now.getTime() };
      try {
        kept.samples = await readGauges(db, { connection, now });
        goodAt = now.getTime();
      } catch (error) {
        logger.warn({ operation: 'gauges', error }, 'the numbers for monitoring could not be read');
      }
    }
    return [...kept.samples, { name: AGE, labels: {}, value: (now.getTime() - goodAt) / 1000 }];
  };
}
