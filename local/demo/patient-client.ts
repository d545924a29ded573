import { setTimeout as pause } from 'node:timers/promises';
import { LocalError } from '../project.js';

interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

export interface PatientClient {
  /** A request with a JSON answer; with a body it is a POST under the given idempotency key. */
  readonly ask: <T>(path: string, post?: { body: object; idempotencyKey: string }) => Promise<Answer<T>>;
  readonly download: (path: string) => Promise<Buffer>;
  readonly remove: (path: string) => Promise<void>;
}

const patienceMs = 240_000;
const pauseMs = 250;

/**
 * A client as a business system should have one: it asks again while the service is away or busy, under
 * the same idempotency key, and gives up after four minutes: a creation whose worker was killed is taken up after two.
 */
export function createPatientClient(api: string, key: string): PatientClient {
  const headers = { Authorization: `Bearer ${key}` };
  return {
    ask: async (path, post) => {
      const response = await patiently(() =>
        post === undefined
          ? fetch(api + path, { headers })
          : fetch(api + path, {
              method: 'POST',
              headers: {
                ...headers,
                'Content-Type': 'application/json',
                'Idempotency-Key': post.idempotencyKey,
              },
              body: JSON.stringify(post.body),
            }),
      );
      const body = (await response.json()) as never;
      if (!response.ok) throw new LocalError(`${path} answered ${response.status}: ${JSON.stringify(body)}`);
      return { status: response.status, body };
    },
    download: async (path) => {
      const response = await patiently(() => fetch(api + path, { headers }));
      if (!response.ok) throw new LocalError(`${path} answered ${response.status}: ${await response.text()}`);
      return Buffer.from(await response.arrayBuffer());
    },
    remove: async (path) => void (await fetch(api + path, { method: 'DELETE', headers })),
  };
}

/** Asks until something answers that is not out of order for the moment. */
export async function patiently(request: () => Promise<Response>): Promise<Response> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const response = await request().catch(() => null);
    if (response !== null && !(await isPassing(response))) return response;
    if (Date.now() > until) throw new LocalError('The service did not answer for four minutes.');
    await response?.body?.cancel();
    await pause(pauseMs);
  }
}

/** 409 may mean that the first try of the same request is still under way. */
async function isPassing(response: Response): Promise<boolean> {
  if (response.status >= 500 || response.status === 429) return true;
  return response.status === 409 && (await response.clone().text()).includes('"idempotency_in_progress"');
}

/** Looks again until the look gives something. Throws a LocalError that says what did not come. */
export async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const seen = await look().catch(() => null);
    if (seen !== null) return seen;
    if (Date.now() > end) throw new LocalError(`${what}: not seen within four minutes.`);
    await pause(pauseMs);
  }
}
