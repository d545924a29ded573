/** An event as the feed gives it; only these members are read. */
export interface FeedEvent {
  readonly id: string;
  readonly type: string;
}

export interface FollowDeps {
  readonly api: string;
  readonly key: string;
  /** Only these types, as the feed filters them; all when absent. */
  readonly type?: string;
  /** Events after this one; null: what happens from now on. */
  readonly after: string | null;
  readonly signal: AbortSignal;
  readonly onEvent: (event: FeedEvent) => void;
  /** Told of each failed look; it is tried again. */
  readonly onFault: (reason: string) => void;
}

const WAIT_S = 30;
const PAUSE_MS = 2_000;

/**
 * Hands over events as they come, over the polling feed, each once and in its order, until the signal aborts.
 * @throws Error when the key is refused: trying again would not help
 */
export async function followEvents(deps: FollowDeps): Promise<void> {
  let after = deps.after ?? (await newest(deps));
  while (!deps.signal.aborted) {
    try {
      for (const event of await page(deps, after, WAIT_S)) {
        after = event.id;
        deps.onEvent(event);
      }
    } catch (error) {
      if (deps.signal.aborted) return;
      if (error instanceof Refused) throw error;
      deps.onFault((error as Error).message);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** The last event that there is now, page by page; null when there is none. */
async function newest(deps: FollowDeps): Promise<string | null> {
  let last: string | null = null;
  for (;;) {
    const events = await page(deps, last, 0);
    if (events.length === 0) return last;
    last = events.at(-1)?.id ?? last;
  }
}

class Refused extends Error {}

async function page(
  { api, key, type, signal }: FollowDeps,
  after: string | null,
  wait: number,
): Promise<FeedEvent[]> {
  const query = new URLSearchParams({ limit: '100', wait: String(wait) });
  if (after !== null) query.set('after', after);
  if (type !== undefined) query.set('type', type);
  const response = await fetch(`${api}/v1/events?${query.toString()}`, {
    headers: { authorization: `Bearer ${key}` },
    signal,
  });
  const body = (await response.json()) as { data?: FeedEvent[]; detail?: string };
  if (response.status >= 400 && response.status < 500 && response.status !== 429) {
    throw new Refused(body.detail ?? `the api answers ${response.status}`);
  }
  if (!response.ok || body.data === undefined) throw new Error(`the api answers ${response.status}`);
  return body.data;
}
