/** What one step of a sequence does; `person` is taken modulo the number of signatories. */
export type Step =
  | {
      do: 'sign' | 'wrongCode' | 'sms' | 'signOnSite' | 'wrongOnSite' | 'smsOnSite';
      person: number;
      lose: Loss;
    }
  | { do: 'smsAll' | 'cancel'; lose: Loss }
  | { do: 'cancelOnSite' | 'publish' | 'delete' | 'poll' }
  | { do: 'pass'; hours: number };

/** What happens to the reply of the request that a step makes: nothing, lost, never arrived, or the worker dies. */
export type Loss = 'none' | 'reply' | 'request' | 'worker';

export interface Plan {
  people: number;
  draft: boolean;
  refused: boolean;
  createLoss: Loss;
  /** Hours to the deadline. */
  deadline: number;
  steps: Step[];
}

/** How often at most a step may send somebody an SMS, or cost somebody an attempt. */
export function askedFor(plan: Plan, person: number, steps: number): { sms: number; failures: number } {
  const asked = { sms: 0, failures: 0 };
  for (const step of plan.steps.slice(0, steps)) {
    if ('person' in step && step.person % plan.people !== person) continue;
    // On the site a code is sent first when there is none; a signature without any code fails.
    if (['sms', 'smsAll', 'smsOnSite', 'signOnSite'].includes(step.do)) asked.sms += 1;
    if (['sign', 'wrongCode', 'wrongOnSite'].includes(step.do)) asked.failures += 1;
  }
  return asked;
}

/** Statuses in which nothing follows. */
const FINAL = ['completed', 'cancelled', 'expired', 'rejected'];

export interface Seen {
  status: string;
  signatories: { status: string; smsSent: number; failures: number }[];
  told: { type: string; sequence: number; status: string }[];
}

export interface Platform {
  status: string | null;
  signatories: { status: string; smsSent: number; failures: number }[];
  /** Contracts with our mark. */
  copies: number;
}

/**
 * The simple reference: what must hold between what we say and what the platform knows, whatever happened.
 * @param after steps that were taken
 * @param quiet nothing is under way and a poll has just been heard
 * @returns the rules that are broken
 */
export function faultsOf(plan: Plan, ours: Seen, there: Platform, after: number, quiet: boolean): string[] {
  const types = ours.told.map((event) => event.type);
  const finals = types.filter((type) => FINAL.includes(type.replace('contract.', '')));
  const rules: [string, boolean][] = [
    ['numbers without a gap', ours.told.every((event, index) => event.sequence === index + 1)],
    ['accepted first', types[0] === 'contract.accepted'],
    ['at most one end', finals.length <= 1],
    ['nothing after the end', finals.length === 0 || FINAL.includes(types.at(-1)!.replace('contract.', ''))],
    ['the end is the status', finals.length === 0 || finals[0] === `contract.${ours.status}`],
    [
      'nothing is sent or tried that nobody asked for',
      there.signatories.every((person, index) => {
        const asked = askedFor(plan, index, after);
        return person.smsSent <= asked.sms && person.failures <= asked.failures;
      }),
    ],
    ['one contract at most', there.copies <= 1],
    ['no more SMS than allowed', there.signatories.every((person) => person.smsSent <= 6)],
    ['no more failures than allowed', there.signatories.every((person) => person.failures <= 5)],
    ['each signs once', types.filter((type) => type === 'signatory.signed').length <= plan.people],
    [
      'completed only after signed',
      !types.includes('contract.completed') || isBefore(types, 'contract.signed', 'contract.completed'),
    ],
    [
      'signed only after everybody',
      !types.includes('contract.signed') ||
        types.filter((type) => type === 'signatory.signed').length === plan.people,
    ],
    [
      'nobody is signed who is not',
      ours.signatories.every(
        (person, index) => person.status !== 'signed' || there.signatories[index]?.status === 'signed',
      ),
    ],
    ['nothing is completed that is not signed', ours.status !== 'completed' || there.status === 'signed'],
    [
      'nothing signed is said to be ended',
      !['cancelled', 'expired'].includes(ours.status) || there.status !== 'signed',
    ],
    [
      'never more counted than there is',
      ours.signatories.every(
        (person, index) =>
          person.smsSent <= (there.signatories[index]?.smsSent ?? 0) &&
          person.failures <= (there.signatories[index]?.failures ?? 0),
      ),
    ],
  ];
  if (quiet) rules.push(['it is as the platform has it', agrees(ours, there)]);
  return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
}

function isBefore(types: string[], first: string, second: string): boolean {
  return types.indexOf(first) !== -1 && types.indexOf(first) < types.indexOf(second);
}

/** What we say once everything has been heard. */
function agrees(ours: Seen, there: Platform): boolean {
  switch (there.status) {
    case null:
      return ['rejected', 'cancelled', 'expired'].includes(ours.status);
    case 'draft':
      return ['draft', 'cancelled', 'expired'].includes(ours.status);
    case 'submitted':
      return ours.status === 'open';
    case 'signed':
      return ours.status === 'completed';
    default:
      return ['cancelled', 'expired'].includes(ours.status);
  }
}
