import { readSettings } from './settings.js';
import { createTwin } from './twin.js';

/** The twin as a process: settings from TWIN_*, one JSON line when ready, a clean end on SIGTERM. */
async function main(): Promise<void> {
  const twin = await createTwin(readSettings(process.env));
  const stop = (): void => {
    twin.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const { url, controlUrl, siteUrl } = twin;
  process.stdout.write(`${JSON.stringify({ ready: true, url, controlUrl, siteUrl })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`twin: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
