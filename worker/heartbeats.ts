import type { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor, WorkerOptions } from '@temporalio/worker';

/** A process that was killed is noticed within the heartbeat timeout of its activities (workflows/heartbeat.ts). */
const EVERY_MS = 5_000;

/** Beats for each activity that has a heartbeat timeout, as long as it runs: its code need not think of it. */
export const HEARTBEATS = {
  maxHeartbeatThrottleInterval: EVERY_MS,
  interceptors: { activity: [(context: Context) => ({ inbound: beating(context) })] },
} satisfies Partial<WorkerOptions>;

function beating(context: Context): ActivityInboundCallsInterceptor {
  if (context.info.heartbeatTimeoutMs === undefined) return {};
  return {
    async execute(input, next) {
      const timer = setInterval(() => context.heartbeat(), EVERY_MS);
      try {
        return await next(input);
      } finally {
        clearInterval(timer);
      }
    },
  };
}
