import { countRules, limitRules } from './reference-limits.js';
import type { Asked, Circumstances, Ours, Person, Rule, There } from './views.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** From the look at a draft to the record of its end, with a worker that dies in between. */
const LONGEST_END = 5 * MINUTE;

const FINAL = ['contract.completed', 'contract.cancelled', 'contract.expired', 'contract.rejected'];
const DEPOSIT = { amount: 15_000, currency: 'EUR' };

/**
 * The simple reference: what must hold between what we say, what clients were told and what the platform knows,
 * whatever happened (lifecycle.md).
 * @returns the rules that are broken
 */
export function faultsOf(ours: Ours, there: There, around: Circumstances): string[] {
  const rules = [
    ...orderRules(ours, around),
    ...limitRules(ours, there),
    ...countRules(there, around),
    ...answerRules(ours, there, around),
    ...endRules(ours, there, around),
    ...depositRules(ours, there, around),
    ...warningRules(ours, around),
    ...(around.quiet ? quietRules(ours, there) : []),
  ];
  return rules.filter(([, holds]) => !holds).map(([name]) => name);
}

/** Order of announcements. */
function orderRules({ status, signatories, told }: Ours, { people }: Circumstances): Rule[] {
  const types = told.map((event) => event.type);
  const count = (type: string): number => types.filter((one) => one === type).length;
  const isBefore = (first: string, second: string): boolean =>
    !types.includes(second) || (types.includes(first) && types.indexOf(first) < types.indexOf(second));
  const ends = types.filter((type) => FINAL.includes(type));
  const once = (type: string): boolean =>
    signatories.every(
      (_one, person) => told.filter((event) => event.type === type && event.person === person).length <= 1,
    );
  return [
    ['numbers without a gap', told.every((event, index) => event.sequence === index + 1)],
    ['accepted first', types[0] === 'contract.accepted'],
    ['at most one end', ends.length <= 1],
    ['nothing after the end', ends.length === 0 || FINAL.includes(types.at(-1)!)],
    [
      'the end is the status',
      ends.length === 0 ? !FINAL.includes(`contract.${status}`) : ends[0] === `contract.${status}`,
    ],
    ['published and drafted once', count('contract.published') <= 1 && count('contract.drafted') <= 1],
    [
      'signatories act on what is published',
      types.every(
        (type, index) =>
          !type.startsWith('signatory.') || types.slice(0, index).includes('contract.published'),
      ),
    ],
    ['each signs once, is blocked once', once('signatory.signed') && once('signatory.blocked')],
    [
      'signed once, after everybody',
      count('contract.signed') <= 1 &&
        (count('contract.signed') === 0 ||
          types.slice(0, types.indexOf('contract.signed')).filter((type) => type === 'signatory.signed')
            .length === people),
    ],
    ['completed only after signed', isBefore('contract.signed', 'contract.completed')],
    [
      'the blocked are announced',
      signatories.every(
        (one, person) =>
          one.status !== 'blocked' ||
          told.some((event) => event.type === 'signatory.blocked' && event.person === person),
      ),
    ],
    [
      'who signed is announced',
      signatories.filter((one) => one.status === 'signed').length === count('signatory.signed'),
    ],
  ];
}

/** What clients were told is true, and nothing was sent or tried beyond what they asked for. */
function answerRules(
  ours: Ours,
  there: There,
  { people, asked, wrongOnSite, forgotten }: Circumstances,
): Rule[] {
  const rules: Rule[] = [];
  for (const [person, counts] of there.signatories.entries()) {
    const mine = asked.filter((one) => one.person === null || one.person % people === person);
    const sms = mine.filter((one) => one.do === 'sms' || one.do === 'smsAll');
    const tried = mine.filter((one) => one.do === 'sign' || one.do === 'wrongCode');
    const wrong = tried.filter((one) => one.answer === 'wrong_code').length;
    const told = (code: string): boolean => mine.some((one) => one.answer === code);
    rules.push(
      [
        'no SMS that nobody asked for',
        counts.smsByApi <= sms.filter((one) => mayBeDone(one, forgotten)).length,
      ],
      [
        'an SMS that was sent is there',
        sms.filter((one) => one.do === 'sms' && one.answer === 'done').length <= counts.smsSent,
      ],
      [
        'no attempt that nobody made',
        counts.failures <= wrongOnSite[person]! + tried.filter((one) => mayBeDone(one, forgotten)).length,
      ],
      ['a wrong code is counted there', wrong <= counts.failures],
      [
        'a signature that was confirmed is there',
        tried.every(
          (one) => !['done', 'already_signed'].includes(one.answer ?? '') || counts.status === 'signed',
        ),
      ],
      [
        'a limit that was named is reached',
        (!told('sms_limit') || counts.smsSent === 6) && (!told('attempts_exceeded') || counts.failures === 5),
      ],
      ['a deposit that was named is owed', !told('deposit_due') || counts.deposit !== null],
    );
  }
  const cancels = asked.filter((one) => one.do === 'cancel');
  const cancelled = cancels.some((one) => one.answer === 'cancelled');
  return [...rules, ['a cancel that was confirmed is done', !cancelled || ours.status === 'cancelled']];
}

/** Refused before anything was done, or known not to have been done. */
const NOT_DONE = [
  'not_open',
  'already_signed',
  'sms_limit',
  'attempts_exceeded',
  'deposit_due',
  'platform_unavailable',
  'gone',
];

/** Of a contract that the platform does not know any more nothing can be found out: it is not open. */
function mayBeDone({ answer }: Asked, forgotten: boolean): boolean {
  return answer === null || !NOT_DONE.includes(answer) || (forgotten && answer === 'not_open');
}

/** What the platform says wins. */
function endRules(ours: Ours, there: There, { deadline, forgotten }: Circumstances): Rule[] {
  const { status, reason, signatories } = ours;
  const isEnded = ['cancelled', 'expired'].includes(status) && reason !== 'given_up';
  const signedInTime = (index: number): boolean => {
    const at = there.signatories[index]?.signedAt;
    return at != null && Date.parse(at) < deadline - MINUTE;
  };
  const isUnseen = (one: Person, index: number): boolean => one.status !== 'signed' && signedInTime(index);
  // A platform that does not know the contract while it is looked at last shows nobody.
  const isBlind = reason !== 'deadline' || forgotten || wasLeftBehind(ours, there);
  const looked = isBlind || !signatories.some(isUnseen);
  return [
    ['nothing is completed that is not signed', status !== 'completed' || there.status === 'signed'],
    [
      'nothing signed is said to be ended',
      !isEnded || wasLeftBehind(ours, there) || there.status !== 'signed',
    ],
    ['the last look has seen who had signed', looked],
  ];
}

/** Ended as a draft: what is published and signed there afterwards and before the next poll is beyond us (lifecycle.md). */
function wasLeftBehind({ told }: Ours, { publishedAt }: There): boolean {
  const types = told.map((event) => event.type);
  const end = told.at(-1)!;
  const isLate = publishedAt === null || Date.parse(publishedAt) > Date.parse(end.occurredAt) - LONGEST_END;
  const endedAsDraft = types.includes('contract.drafted') && !types.includes('contract.published');
  return endedAsDraft && FINAL.includes(end.type) && isLate;
}

function depositRules({ signatories }: Ours, there: There, { deposits }: Circumstances): Rule[] {
  const holds = (one: Person, index: number): boolean => {
    if ((deposits & (1 << index)) === 0) return one.deposit === null;
    return one.deposit?.amount === DEPOSIT.amount && one.deposit.currency === DEPOSIT.currency;
  };
  return [
    ['deposits stay as they were ordered', signatories.every(holds) && there.signatories.every(holds)],
    [
      'a deposit is paid that is paid there',
      signatories.every(
        (one, index) =>
          one.deposit?.paidAt == null || there.signatories[index]?.deposit?.paidAt === one.deposit.paidAt,
      ),
    ],
    [
      'nobody signs who owes',
      there.signatories.every(
        (one) => one.status !== 'signed' || one.deposit === null || one.deposit.paidAt !== null,
      ),
    ],
  ];
}

/** Once for each span, not before it, and not left out where it was open long enough to be seen. */
function warningRules(
  { status, told }: Ours,
  { deadline, createdAt, now, warningHours }: Circumstances,
): Rule[] {
  const published = told.find((event) => event.type === 'contract.published');
  const troubled = told.some((event) => event.type === 'contract.attention');
  const holds = (hours: number): boolean => {
    const due = deadline - hours * HOUR;
    const warned = told.filter((event) => event.reason === `${hours}h`);
    const isMissed =
      status === 'open' &&
      published !== undefined &&
      !troubled &&
      due > createdAt &&
      Date.parse(published.observedAt) < due &&
      now > due + HOUR &&
      now < deadline;
    return (
      warned.length <= 1 &&
      warned.every((event) => Date.parse(event.occurredAt) >= due) &&
      !(isMissed && warned.length === 0)
    );
  };
  return [
    ['warned once a span, in time', warningHours.every(holds)],
    [
      'expired at the deadline, not before',
      told.every(
        (event) =>
          event.type !== 'contract.expired' ||
          event.reason !== 'deadline' ||
          Date.parse(event.occurredAt) >= deadline,
      ),
    ],
  ];
}

/** Once everything has been heard, what we say is what the platform has. */
function quietRules(ours: Ours, there: There): Rule[] {
  const open = ours.status === 'open';
  return [
    ['it is as the platform has it', agrees(ours, there)],
    [
      'nobody has signed unseen',
      !open || ours.signatories.every((one, index) => one.status === there.signatories[index]!.status),
    ],
    [
      'every code and every attempt is counted',
      !open ||
        ours.signatories.every((one, index) => {
          const { smsSent, failures } = there.signatories[index]!;
          return one.smsSent === smsSent && one.failures === failures;
        }),
    ],
    [
      'no payment is unseen',
      !open ||
        ours.signatories.every(
          (one, index) => one.deposit?.paidAt === there.signatories[index]!.deposit?.paidAt,
        ),
    ],
  ];
}

function agrees(ours: Ours, there: There): boolean {
  const { status, reason } = ours;
  if (reason === 'given_up') return true;
  switch (there.status) {
    case null:
      return ['rejected', 'cancelled', 'expired'].includes(status);
    case 'draft':
      return ['draft', 'cancelled', 'expired'].includes(status);
    case 'submitted':
      return status === 'open';
    case 'signed':
      return status === 'completed' || wasLeftBehind(ours, there);
    default:
      return ['cancelled', 'expired'].includes(status);
  }
}
