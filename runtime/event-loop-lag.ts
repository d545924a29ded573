import { monitorEventLoopDelay } from 'node:perf_hooks';

const EVERY_MS = 20;
const LOOK_MS = 250;

/** How late the event loop was lately, at its 90th percentile in milliseconds; a jump of one moment counts little. */
export function watchEventLoop(): { lagMs: () => number; stop: () => void } {
  const delay = monitorEventLoopDelay({ resolution: EVERY_MS });
  delay.enable();
  let lag = 0;
  const timer = setInterval(() => {
    const late = Math.max(0, delay.percentile(90) / 1e6 - EVERY_MS);
    // Half of the old stays: it calms within a second, and doesn't swing.
    lag = (lag + late) / 2;
    delay.reset();
  }, LOOK_MS);
  timer.unref();
  return {
    lagMs: () => lag,
    stop() {
      clearInterval(timer);
      delay.disable();
    },
  };
}
