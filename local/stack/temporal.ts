import { freePort, preferPort } from '../ports.js';
import type { Supervisor } from '../supervisor.js';
import { createTemporal } from '../temporal.js';
import type { Home } from './home.js';

/** Starts Temporal with its web interface. */
export async function startTemporal(
  home: Home,
  supervisor: Supervisor,
): Promise<{ address: string; ui: string }> {
  const port = await preferPort(7233);
  const uiPort = await preferPort(8233);
  const file = home.at('temporal', 'temporal.db');
  await supervisor.start(createTemporal({ port, uiPort, httpPort: await freePort(), file }));
  return { address: `127.0.0.1:${port}`, ui: `http://127.0.0.1:${uiPort}` };
}
