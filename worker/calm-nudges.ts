const EVERY_MS = 1_000;

/**
 * A nudge costs the watch a workflow task, and what follows it within a second says nothing more: the first goes out
 * at once, all that come in the second after it as one at its end. A nudge that fails is lost, as it may be.
 */
export function calmly(nudge: () => Promise<unknown>): () => Promise<void> {
  let resting = false;
  let asked = false;
  const send = async (): Promise<void> => {
    resting = true;
    asked = false;
    setTimeout(() => {
      resting = false;
      if (asked) void send();
    }, EVERY_MS).unref();
    await nudge().catch(() => undefined);
  };
  return async () => {
    if (resting) asked = true;
    else await send();
  };
}
