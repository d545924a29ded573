import type { BusinessSystem } from './business-system.js';
import type { PlatformSite } from './platform-site.js';
import type { Topology } from './topology.js';

/** A fault that is brought about, and the alerts that must tell of it. */
export interface Drill {
  readonly what: string;
  readonly alerts: readonly string[];
  readonly inject: () => Promise<void>;
  readonly heal: () => Promise<void>;
}

export interface DrillDeps {
  readonly topology: Topology;
  readonly system: BusinessSystem;
  readonly site: PlatformSite;
  /** Contracts in these states, held there, and an endpoint. */
  readonly open: string;
  readonly accepted: string;
  readonly completed: string;
  readonly endpoint: string;
}
