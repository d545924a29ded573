/** npm and the shell between do not hand on every signal: their end is a stop, too. */
const parentCheckMs = 500;

/**
 * A signal that is aborted when this program shall end: Ctrl-C, SIGTERM, a closed terminal, or the end
 * of the npm that has started it.
 */
export function stopSignal(): AbortSignal {
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopped.abort());
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
