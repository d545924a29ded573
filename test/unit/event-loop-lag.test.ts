import { setTimeout as pause } from 'node:timers/promises';
import { watchEventLoop } from '../../runtime/event-loop-lag.js';
import { waitFor } from '../support/wait.js';

test('the load is that of the last seconds: it rises with work and calms down after it', async () => {
  const loop = watchEventLoop();
  try {
    const until = Date.now() + 1_500;
    while (Date.now() < until) {
      const slice = Date.now() + 100;
      while (Date.now() < slice);
      await pause(0);
    }
    expect(loop.busy()).toBeGreaterThan(0.5);
    expect(loop.lagMs()).toBeGreaterThan(20);
    await waitFor(() => loop.busy() < 0.4, 15_000);
  } finally {
    loop.stop();
  }
});
