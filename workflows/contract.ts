import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import { isOver } from '../domain/contract/state.js';
import type { ContractInput } from '../domain/messages.js';
import { answerUpdates } from './contract/answer-updates.js';
import { create } from './contract/create.js';
import { openDesk, type Desk } from './contract/desk.js';
import { hearTheWatch } from './contract/hear-the-watch.js';
import { guardDraftLeftBehind } from './contract/guard-draft.js';
import { retrieve } from './contract/retrieve.js';
import { waitForOperator, waitForSignatures } from './contract/wait.js';

/**
 * The life of one contract (lifecycle.md), the only writer of its state. Created on the platform, watched until all
 * have signed, retrieved and proven — or ended by the client, the platform or the deadline.
 */
export async function contract(input: ContractInput): Promise<void> {
  const desk = openDesk(input);
  answerUpdates(desk);
  hearTheWatch(desk);

  await desk.tellAccepted();
  while (!isOver(desk.state)) {
    await oneStep(desk);
    if (workflowInfo().continueAsNewSuggested && !isOver(desk.state)) await startAfresh(desk);
  }
  await guardDraftLeftBehind(desk);
  await condition(allHandlersFinished);
  await desk.recorded();
}

function oneStep(desk: Desk): Promise<void> {
  switch (desk.state.status) {
    case 'accepted':
      return create(desk);
    case 'draft':
    case 'open':
      return waitForSignatures(desk);
    case 'signed':
      return retrieve(desk);
    default:
      return waitForOperator(desk);
  }
}

/** A history that grew long is left behind; what counts is in the state. */
async function startAfresh(desk: Desk): Promise<void> {
  await condition(allHandlersFinished);
  await desk.recorded();
  const { state, settings, end, news } = desk;
  const endTried = end !== null && end === desk.triedEnd;
  await continueAsNew<typeof contract>({ state, settings, end, endTried, news });
}
