import type { Response } from 'express';
import { Problem } from '../domain/problem.js';
import type { Clock } from '../runtime/clock.js';

/** Large answers that are under way to their readers. */
export interface HeldAnswers {
  /**
   * Counts an answer until its connection is done with it. A slow reader has all the time that nobody else needs the
   * memory; where there is no room, those who have read for longest, half a minute at least, are cut off: they see
   * that the file is not whole, and ask again.
   * @param bytes that it keeps in memory at most
   * @throws Problem 503 where all others began later than that
   */
  hold(response: Response, bytes: number): void;
}

/** Smaller ones hardly count. */
const LARGE = 1024 * 1024;
/** As much as of bodies that come in (read-body.ts): both fit into the memory of an api beside its heap. */
const MAX_HELD = 160 * 1024 * 1024;
const PATIENCE_MS = 30_000;
const RETRY_AFTER_SECONDS = 5;

export function createHeldAnswers(clock: Clock): HeldAnswers {
  /** The oldest first. */
  const answers = new Map<Response, { bytes: number; since: number }>();
  let held = 0;

  const letGo = (response: Response): void => {
    held -= answers.get(response)?.bytes ?? 0;
    answers.delete(response);
  };
  const makeRoom = (bytes: number): void => {
    for (const [response, { since }] of answers) {
      if (held + bytes <= MAX_HELD) return;
      if (clock.now().getTime() - since < PATIENCE_MS) throw tooMany();
      letGo(response);
      response.destroy();
    }
  };
  return {
    hold(response, bytes) {
      if (bytes < LARGE || response.destroyed) return;
      makeRoom(bytes);
      answers.set(response, { bytes, since: clock.now().getTime() });
      held += bytes;
      response.once('close', () => letGo(response));
    },
  };
}

function tooMany(): Problem {
  const detail = 'Too many large answers are under way: try again, and read what you asked for.';
  return new Problem('service_unavailable', { detail, retryAfterSeconds: RETRY_AFTER_SECONDS });
}
