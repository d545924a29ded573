/** npm and the shell between do not hand on every signal: their end is a stop, too. */
const parentCheckMs = 500;

/**
 * A signal that is aborted when this program shall end: Ctrl-C, SIGTERM, a closed terminal, the end of the
 * npm that has started it, or a fault of its own, so that the programs never outlive it by a slip.
 */
export function stopSignal(): AbortSignal {
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopped.abort());
  process.on('uncaughtException', (error) => {
    process.exitCode = 1;
    console.error(`paraphe: ${error.stack ?? error.message}`);
    stopped.abort();
  });
  // `npm start | head`: nobody reads on, and all goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid !== parent) stopped.abort();
    }, parentCheckMs);
    timer.unref();
  }
  return stopped.signal;
}

/** Keeps the program alive until the signal is aborted. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  const alive = setInterval(() => undefined, 60_000);
  if (!signal.aborted) {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }
  clearInterval(alive);
}
