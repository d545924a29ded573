import { condition, patched } from '@temporalio/workflow';
import type { Fact } from '../../domain/contract/facts.js';
import type { EndRequest } from '../../domain/contract/state.js';
import { expiredThere } from '../../domain/contract/facts-from-detail.js';
import type { Seen } from '../../domain/messages.js';
import type { Desk } from './desk.js';
import { fact, now } from './desk.js';
import { end, isDue, lookAgain, millisecondsTo } from './end.js';
import { retrieveOnce } from './retrieve.js';

/** Until something is looked for again that a look has not shown: a detail in a quarter of an hour at most. */
const LATER_MS = 15 * 60_000;

/** `draft` and `open`: until something is known, asked, or due. */
export async function waitForSignatures(desk: Desk): Promise<void> {
  const { status } = desk.state;
  const due = nextDue(desk);
  const changed = (): boolean => desk.state.status !== status || desk.news !== null || desk.end !== null;
  await condition(changed, millisecondsTo(due.at), { summary: due.summary });
  if (desk.state.status !== status) return;
  if (desk.end !== null) return end(desk);
  const seen = desk.news;
  if (seen !== null && (await takeNews(desk, seen))) return;
  if (seen !== null && !isDue(due.at)) await condition(changed, Math.min(LATER_MS, millisecondsTo(due.at)));
  // Looked for once more in the next turn; what is due comes first.
  if (seen !== null) desk.news ??= seen;
  if (isDue(due.at)) return onDue(desk, due.hours);
}

interface Due {
  at: string;
  summary: string;
  /** Hours of a warning; null for the deadline itself. */
  hours: number | null;
}

/** The next warning that has not been given, else the deadline. */
function nextDue({ state, settings }: Desk): Due {
  const deadline = Date.parse(state.deadline);
  const hours = settings.warningHours
    .toSorted((a, b) => b - a)
    .find((span) => {
      const at = deadline - span * 3_600_000;
      // A span that had passed when the contract was accepted is no warning.
      return state.status === 'open' && !state.warned.includes(span) && at > Date.parse(state.createdAt);
    });
  if (hours === undefined || isDue(state.deadline))
    return { at: state.deadline, summary: 'the deadline', hours: null };
  return {
    at: new Date(deadline - hours * 3_600_000).toISOString(),
    summary: `warning ${hours} h before`,
    hours,
  };
}

async function onDue(desk: Desk, hours: number | null): Promise<void> {
  if (hours !== null) return desk.apply(fact({ type: 'deadline_near', hours }, 'deadline'));
  desk.end = { by: 'deadline' };
}

/**
 * The platform's list shows something new. Looks wait for requests that change something: what those did is
 * announced by them, once.
 * @returns false where the platform gave no answer, or shows less in the detail than in the list
 */
async function takeNews(desk: Desk, seen: Seen): Promise<boolean> {
  desk.news = null;
  const at = seen.updatedAt ?? now();
  const { state } = desk;
  switch (seen.status) {
    case 'signed':
      return desk.exclusively(async () => (await retrieveOnce(desk)) === null && isShown(desk, 'open'));
    case 'cancelled':
      await endedThere(desk, { type: 'cancelled', at, by: 'platform', reason: 'cancelled_on_platform' });
      return true;
    case 'expired':
      await endedThere(desk, expiredThere(state, at));
      return true;
    case 'absent':
      return desk.exclusively(() => lookAgain(desk, 'it is missing from the list'));
    case 'submitted':
      if (state.status === 'draft' || seen.worthALook)
        return desk.exclusively(
          async () => (await lookAgain(desk, 'who has signed?')) && isShown(desk, 'draft'),
        );
      return true;
    case 'draft':
      return true;
  }
}

/** Whether the look went beyond what the list says is over; a list that is ahead says it once only. */
function isShown({ state }: Desk, before: 'draft' | 'open'): boolean {
  const isBehind = state.status === 'draft' || state.status === before;
  return !isBehind || !patched('looks-again-for-what-was-seen');
}

/** A signature or a code that is under way came before the end: after it, it could not be told any more. */
function endedThere(desk: Desk, end: Fact): Promise<void> {
  const waits = desk.isBusy() && patched('ends-wait-their-turn');
  return waits ? desk.exclusively(() => desk.apply(end)) : desk.apply(end);
}

/**
 * `attention`: nothing goes on by itself but watching; an operator's update decides. A cancel that is asked for, and
 * the deadline, still end on the platform what is not signed (promise 6).
 */
export async function waitForOperator(desk: Desk): Promise<void> {
  const { state } = desk;
  const mayEnd = state.platformId !== null && state.signedAt === null;
  if (mayEnd) desk.end = askDeadline(desk);
  const isAsked = (): boolean => mayEnd && desk.end !== null && desk.end !== desk.triedEnd;
  const changed = (): boolean => desk.state.status !== 'attention' || desk.news !== null || isAsked();
  if (mayEnd && !isDue(state.deadline)) await condition(changed, millisecondsTo(state.deadline));
  else await condition(changed);
  if (desk.state.status !== 'attention') return;
  const seen = desk.news;
  if (seen !== null && (await takeNewsInAttention(desk, seen))) return;
  if (seen !== null) desk.news ??= seen;
  if (mayEnd && isDue(state.deadline)) desk.end ??= { by: 'deadline' };
  if (isAsked()) return end(desk);
}

/** The deadline asks for an end once, also one that has passed meanwhile, or after a client's cancel that was in vain. */
function askDeadline({ state: { deadline }, end, triedEnd }: Desk): EndRequest | null {
  const isOpen = end === null || (end === triedEnd && end.by !== 'deadline');
  return isOpen && isDue(deadline) && patched('deadline-after-a-vain-cancel') ? { by: 'deadline' } : end;
}

/** Ends and signatures are learned; a platform that does not know the contract says nothing new. */
async function takeNewsInAttention(desk: Desk, seen: Seen): Promise<boolean> {
  desk.news = null;
  if (seen.status === 'absent' || desk.state.signedAt !== null) return true;
  return desk.exclusively(() => lookAgain(desk, 'changed while a person must decide'));
}
