import { defineSignal, setHandler } from '@temporalio/workflow';
import { SIGNALS, type Seen } from '../../domain/messages.js';
import type { Desk } from './desk.js';

export const seenSignal = defineSignal<[Seen]>(SIGNALS.seen);

/** The watch tells what changed in the platform's list; only the newest word counts. */
export function hearTheWatch(desk: Desk): void {
  setHandler(seenSignal, (seen) => {
    desk.news = seen;
  });
}
