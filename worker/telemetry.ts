import { readTelemetrySettings } from '../runtime/config.js';
import { startTelemetry } from '../runtime/telemetry/start-telemetry.js';

/** Imported before all else, so that what it instruments is not loaded yet. */
export const telemetry = startTelemetry('worker', readTelemetrySettings('worker'));
