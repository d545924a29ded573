import type { AskedResolution } from '../../../domain/contract/facts.js';
import { UPDATES } from '../../../domain/messages.js';
import type { Act } from './plan.js';
import type { World } from './world.js';

export type Decision = Extract<Act, { do: 'resolve' }>['action'];

let decisions = 0;

/** An operator decides about a contract in `attention`; whether it was created is looked up on the site first. */
export function decide({ contract, twin, story, marks }: World, action: Decision): void {
  decisions += 1;
  const resolution = resolutionOf(twin, action);
  const hear = (answer: string): void => {
    story.push(`  ${resolution.action}: ${answer}`);
    marks.add(`${resolution.action}: ${answer}`);
  };
  contract.update(UPDATES.resolve, { resolution }, `decision-${decisions}`).then(
    (answer) => hear((answer as { status: string }).status),
    (error: { cause?: { type?: string } }) => hear(error.cause?.type ?? 'gone'),
  );
}

function resolutionOf({ state }: World['twin'], action: Decision): AskedResolution {
  if (action !== 'settle') return { action };
  const [contract] = state.contracts.values();
  return contract === undefined ? { action: 'never_created' } : { action: 'adopt', platformId: contract.id };
}

/** What an honest operator decides, given the reason. */
export function honestDecision(reason: string | null, signed: boolean): Decision {
  if (reason === 'creation_uncertain') return 'settle';
  return signed ? 'retrieve_again' : 'look_again';
}
