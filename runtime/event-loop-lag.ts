import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

const EVERY_MS = 20;
const LOOK_MS = 250;
/** Looks that the share of working time is taken over: five seconds. */
const BUSY_LOOKS = 20;

export interface EventLoop {
  /** How late the event loop was lately, at its 90th percentile in milliseconds; a jump of one moment counts little. */
  lagMs: () => number;
  /** The share of the last seconds in which it worked, 0 to 1. */
  busy: () => number;
  stop: () => void;
}

export function watchEventLoop(): EventLoop {
  const delay = monitorEventLoopDelay({ resolution: EVERY_MS });
  delay.enable();
  let lag = 0;
  const looks = [performance.eventLoopUtilization()];
  const timer = setInterval(() => {
    const late = Math.max(0, delay.percentile(90) / 1e6 - EVERY_MS);
    // Half of the old stays: it calms within a second, and doesn't swing.
    lag = (lag + late) / 2;
    delay.reset();
    looks.push(performance.eventLoopUtilization());
    if (looks.length > BUSY_LOOKS) looks.shift();
  }, LOOK_MS);
  timer.unref();
  return {
    lagMs: () => lag,
    busy: () => performance.eventLoopUtilization(performance.eventLoopUtilization(), looks[0]).utilization,
    stop() {
      clearInterval(timer);
      delay.disable();
    },
  };
}
