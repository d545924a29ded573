import type { Circumstances, Ours, Rule, There } from './views.js';

/** Nothing beyond the limits, and nothing said that is not so. */
export function limitRules({ signatories, status }: Ours, there: There): Rule[] {
  return [
    ['one contract at most', there.copies <= 1],
    ['no more SMS than allowed', there.signatories.every((person) => person.smsSent <= 6)],
    ['no more failures than allowed', there.signatories.every((person) => person.failures <= 5)],
    [
      'never more counted than there is',
      there.status === null ||
        signatories.every((person, index) => {
          const counts = there.signatories[index]!;
          return person.smsSent <= counts.smsSent && person.failures <= counts.failures;
        }),
    ],
    [
      'nobody is signed who is not',
      there.status === null ||
        signatories.every(
          (person, index) => person.status !== 'signed' || there.signatories[index]!.status === 'signed',
        ),
    ],
    [
      'nobody is blocked who is not',
      there.status === null ||
        signatories.every(
          (person, index) => person.status !== 'blocked' || there.signatories[index]!.status === 'blocked',
        ),
    ],
    ['what is refused is not there', status !== 'rejected' || there.copies === 0],
  ];
}

/** What we know to be used up is refused by us: the platform is not asked for it. */
export function countRules(there: There, { refused, wrongOnSite, forgotten }: Circumstances): Rule[] {
  if (forgotten) return [];
  return there.signatories.flatMap((counts, person): Rule[] => {
    const hasRefused = (code: string): boolean =>
      refused.some((one) => one.person === person && one.code === code);
    const isKnown = { sms: counts.smsByApi === counts.smsSent, attempts: wrongOnSite[person] === 0 };
    return [
      ['no SMS is asked for beyond those that we count', !isKnown.sms || !hasRefused('sms_limit')],
      [
        'no code is tried, nor sent, beyond the attempts that we count',
        !isKnown.attempts || !hasRefused('attempts_exceeded'),
      ],
    ];
  });
}
