import { UPDATES } from '../../../domain/messages.js';
import type { Act } from './plan.js';
import type { Request } from './network.js';
import type { Asked } from './views.js';
import type { Ground, World } from './world.js';

type Ask = Extract<Act, { do: Asked['do'] }>;

/** A business system with access, and what it was told. */
export interface Client {
  asked: Asked[];
  ask: (step: Ask, person: number) => void;
  /** Its last request once more, under the same id. */
  again: () => void;
}

const REQUESTS: Record<Asked['do'], Request> = {
  sign: 'sign',
  wrongCode: 'sign',
  sms: 'sendSms',
  smsAll: 'sendSmsToAll',
  cancel: 'cancel',
};

export function createClient(
  { vault }: Ground,
  { contract, accepted, twin, network, story, marks }: World,
): Client {
  const asked: Asked[] = [];
  let last: { name: string; argument: object; id: string; entry: Asked } | null = null;

  const send = ({ name, argument, id, entry }: NonNullable<typeof last>): void => {
    contract.update(name, argument, id).then(
      (value) => hear(entry, name === UPDATES.cancel ? (value as { status: string }).status : 'done'),
      (error: { cause?: { type?: string } }) => hear(entry, error.cause?.type ?? 'gone'),
    );
  };
  const hear = (entry: Asked, answer: string): void => {
    // A repeat has the same outcome; where the first was refused at once, it is another attempt.
    if (!isSettled(entry)) entry.answer = answer;
    story.push(`  answer to ${entry.do}: ${answer}`);
    marks.add(`${entry.do}: ${answer}`);
  };
  const argumentOf = (step: Ask, person: number): { name: string; argument: object } => {
    const { id: signatoryId } = accepted.signatories[person]!;
    switch (step.do) {
      case 'sms':
        return { name: UPDATES.sendSms, argument: { signatoryId } };
      case 'smsAll':
        return { name: UPDATES.sendSms, argument: { signatoryId: null } };
      case 'cancel':
        return { name: UPDATES.cancel, argument: { by: 'client' } };
      default: {
        const code = step.do === 'sign' ? newestCode(twin, person) : 'wrong';
        const sealed = vault.sealFor('signing codes', Buffer.from(code), `${accepted.id}:${signatoryId}`);
        return { name: UPDATES.sign, argument: { signatoryId, sealedCode: sealed.toString('base64') } };
      }
    }
  };
  return {
    asked,
    ask(step, person) {
      network.strike(REQUESTS[step.do], step.loss);
      const entry: Asked = { do: step.do, person: 'person' in step ? person : null, answer: null };
      asked.push(entry);
      last = { ...argumentOf(step, person), id: `ask-${asked.length}`, entry };
      send(last);
    },
    again() {
      if (last === null) return;
      if (!isSettled(last.entry)) last.entry.answer = null;
      send(last);
    },
  };
}

function isSettled({ answer }: Asked): boolean {
  return answer === 'done' || answer === 'wrong_code';
}

/** The code that a person would type: the newest that was sent. */
function newestCode({ state }: World['twin'], person: number): string {
  const [contract] = state.contracts.values();
  return contract?.signatories[person]?.sms.at(-1)?.code ?? 'none';
}
