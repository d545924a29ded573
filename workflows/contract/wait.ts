import { condition } from '@temporalio/workflow';
import { expiredThere } from '../../domain/contract/facts-from-detail.js';
import type { Desk } from './desk.js';
import { fact, now } from './desk.js';
import { end, isDue, lookAgain, millisecondsTo } from './end.js';
import { retrieveOnce } from './retrieve.js';

/** `draft` and `open`: until something is known, asked, or due. */
export async function waitForSignatures(desk: Desk): Promise<void> {
  const { status } = desk.state;
  const due = nextDue(desk);
  const changed = (): boolean => desk.state.status !== status || desk.news !== null || desk.end !== null;
  await condition(changed, millisecondsTo(due.at), { summary: due.summary });
  if (desk.state.status !== status) return;
  if (desk.end !== null) return end(desk);
  if (desk.news !== null) return takeNews(desk);
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
 */
async function takeNews(desk: Desk): Promise<void> {
  const seen = desk.news;
  desk.news = null;
  if (seen === null) return;
  const at = seen.updatedAt ?? now();
  const { state } = desk;
  switch (seen.status) {
    case 'signed':
      return desk.exclusively(async () => {
        await retrieveOnce(desk);
      });
    case 'cancelled':
      return desk.apply({ type: 'cancelled', at, by: 'platform', reason: 'cancelled_on_platform' });
    case 'expired':
      return desk.apply(expiredThere(state, at));
    case 'absent':
      return desk.exclusively(() => lookAgain(desk, 'it is missing from the list'));
    case 'submitted':
      if (state.status === 'draft' || seen.worthALook)
        return desk.exclusively(() => lookAgain(desk, 'who has signed?'));
      return;
    case 'draft':
      return;
  }
}

/**
 * `attention`: nothing goes on by itself but watching; an operator's update decides. A cancel that is asked for, and
 * the deadline, still end on the platform what is not signed (promise 6).
 */
export async function waitForOperator(desk: Desk): Promise<void> {
  const { state } = desk;
  const mayEnd = state.platformId !== null && state.signedAt === null;
  const isAsked = (): boolean => mayEnd && desk.end !== null && desk.end !== desk.triedEnd;
  const changed = (): boolean => desk.state.status !== 'attention' || desk.news !== null || isAsked();
  if (mayEnd && !isDue(state.deadline)) await condition(changed, millisecondsTo(state.deadline));
  else await condition(changed);
  if (desk.state.status !== 'attention') return;
  if (desk.news !== null) return takeNewsInAttention(desk);
  if (mayEnd && isDue(state.deadline)) desk.end ??= { by: 'deadline' };
  if (isAsked()) return end(desk);
}

/** Ends and signatures are learned; a platform that does not know the contract says nothing new. */
async function takeNewsInAttention(desk: Desk): Promise<void> {
  const seen = desk.news;
  desk.news = null;
  if (seen === null || seen.status === 'absent' || desk.state.signedAt !== null) return;
  return desk.exclusively(() => lookAgain(desk, 'changed while a person must decide'));
}
