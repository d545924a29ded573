import { condition } from '@temporalio/workflow';
import type { Desk } from './desk.js';
import { fact } from './desk.js';
import { end, lookAgain, millisecondsTo } from './end.js';
import { retrieveOnce } from './retrieve.js';

/** `draft` and `open`: until something is known, asked, or due. */
export async function waitForSignatures(desk: Desk): Promise<void> {
  const { status } = desk.state;
  const due = nextDue(desk);
  const changed = (): boolean => desk.state.status !== status || desk.news !== null || desk.end !== null;
  const woke = await condition(changed, millisecondsTo(due.at), { summary: due.summary });
  if (desk.state.status !== status) return;
  if (desk.end !== null) return end(desk);
  if (desk.news !== null) return takeNews(desk);
  if (!woke && Date.now() >= Date.parse(due.at)) return onDue(desk, due.hours);
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
  const hours = settings.warningHours.find((span) => {
    const at = deadline - span * 3_600_000;
    // A span that had passed when the contract was accepted is no warning.
    return state.status === 'open' && !state.warned.includes(span) && at > Date.parse(state.createdAt);
  });
  if (hours === undefined) return { at: state.deadline, summary: 'the deadline', hours: null };
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

/** The platform's list shows something new. */
async function takeNews(desk: Desk): Promise<void> {
  const seen = desk.news;
  desk.news = null;
  if (seen === null) return;
  const at = seen.updatedAt ?? new Date().toISOString();
  const { state } = desk;
  switch (seen.status) {
    case 'signed':
      return retrieveOnce(desk);
    case 'cancelled':
      return desk.apply({ type: 'cancelled', at, by: 'platform', reason: 'cancelled_on_platform' });
    case 'expired':
      return desk.apply({
        type: 'expired',
        at,
        by: Date.now() >= Date.parse(state.deadline) ? 'deadline' : 'platform',
        reason: 'expired_on_platform',
      });
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

/** `attention`: nothing goes on by itself; an operator's update decides. */
export async function waitForOperator(desk: Desk): Promise<void> {
  await condition(() => desk.state.status !== 'attention');
}
