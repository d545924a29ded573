import { sql, type RawBuilder } from 'kysely';
import { CONTRACT_GAUGES } from './gauges-contracts.js';
import { DELIVERY_GAUGES } from './gauges-deliveries.js';
import { PLATFORM_GAUGES } from './gauges-platform.js';
import { SAFEKEEPING_GAUGES } from './gauges-safekeeping.js';
import type { Connection } from './connections.js';
import type { Database } from './database.js';

/** What a gauge's query is told. */
export interface GaugeContext {
  connection: Connection;
  now: Date;
}

/** A number for monitoring: its query answers `value`, and columns named like its labels, which are few and name nobody. */
export interface Gauge {
  name: string;
  /** What it says; seconds are ages at the time of the read. */
  help: string;
  query: (context: GaugeContext) => RawBuilder<Record<string, unknown>>;
}

export interface GaugeSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** What is measured in PostgreSQL. */
export const GAUGES: readonly Gauge[] = [
  ...PLATFORM_GAUGES,
  ...CONTRACT_GAUGES,
  ...DELIVERY_GAUGES,
  ...SAFEKEEPING_GAUGES,
];

/** Reads all gauges from one snapshot; gives up after some seconds, so that measuring never holds up work. */
export function readGauges(db: Database, context: GaugeContext): Promise<GaugeSample[]> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      await sql`set local statement_timeout = '4s'`.execute(tx);
      const samples: GaugeSample[] = [];
      for (const { name, query } of GAUGES) {
        const { rows } = await query(context).execute(tx);
        samples.push(...rows.flatMap((row) => sampleOf(name, row)));
      }
      return samples;
    });
}

/** No value, no sample: an age of nothing is not zero. */
function sampleOf(name: string, { value, ...labels }: Record<string, unknown>): GaugeSample[] {
  if (value === null || value === undefined) return [];
  const words = Object.entries(labels).map(([label, word]) => [label, String(word)]);
  return [{ name, labels: Object.fromEntries(words) as Record<string, string>, value: Number(value) }];
}
