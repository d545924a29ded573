/** Promises of the lifecycle, each broken in one place. Caught by random lives, or by the test that is named. */
export const MUTATIONS = [
  {
    name: 'no queue: several requests of a contract at once',
    file: 'workflows/contract/desk.ts',
    from: 'const turn = queue.then(work)',
    to: 'const turn = Promise.resolve().then(work)',
  },
  {
    name: 'an end is announced twice',
    file: 'domain/contract/rules-ending.ts',
    from: 'if (isOver(state)) return endOfDraftLeftBehind(state, fact);',
    to: 'if (state.draftLeftBehind) return endOfDraftLeftBehind(state, fact);',
  },
  {
    name: 'no last look before the deadline ends it',
    file: 'workflows/contract/end.ts',
    from: "if (desk.end?.by === 'deadline') await lookAgain(desk, 'last look before the deadline ends it');",
    to: "if (desk.end?.by === 'deadline') await Promise.resolve();",
  },
  {
    name: 'no look before a draft is ended',
    file: 'workflows/contract/end.ts',
    from: "await lookAgain(desk, 'is it still a draft?');",
    to: 'await Promise.resolve();',
  },
  {
    name: 'codes and signatures of unknown outcome are not found out before they are repeated',
    file: 'activities/deed.ts',
    from: 'if (open.length > 0) {',
    to: 'if (open.length > 99) {',
  },
  {
    name: 'a code whose reply was lost is not counted',
    file: 'activities/signing.ts',
    from: "return counts.length > 0 ? { kind: 'done', answer: { counts } } : null;",
    to: "return counts.length > 0 ? { kind: 'done', answer: { counts: [] } } : null;",
  },
  {
    name: 'the platform’s count of SMS is not taken over',
    file: 'domain/contract/rules-signing.ts',
    from: 'const smsSent = Math.max(signatory.smsSent, seen.smsSent);',
    to: 'const { smsSent } = signatory;',
  },
  {
    name: 'a creation is repeated without looking for the lost one',
    file: 'activities/create-contract.ts',
    from: 'open.length > 0 ? await settle(deps, contractId, open, since) : null',
    to: 'open.length > 99 ? await settle(deps, contractId, open, since) : null',
  },
  {
    name: 'a creation that stood still is sent after all',
    file: 'activities/platform-gate.ts',
    from: 'isUnderWay(db, callId)',
    to: 'isUnderWay(db, callId).then(() => true)',
  },
  {
    name: 'a record that another took the place of is ignored',
    file: 'workflows/contract/desk.ts',
    from: 'if (other == null) {',
    to: 'if (other == null || other.id !== null) {',
  },
  {
    name: 'news of the watch is lost',
    file: 'activities/watch.ts',
    from: 'const isHeard = await signalSeen(id, { status, updatedAt, worthALook: true });',
    to: 'const isHeard = signalSeen !== undefined;',
  },
  {
    name: 'a wrong code is tried again after a lost reply',
    file: 'activities/signing.ts',
    from: 'if (seen === undefined || seen.attemptsLeft >= input.signatory.attemptsLeft) return null;',
    to: 'if (seen !== undefined) return null;',
  },
  {
    name: 'warnings are given again after each look',
    file: 'domain/contract/rules-signing.ts',
    from: '  let changed = false;\n  for (const seen of fact.counts)',
    to: '  let changed = false;\n  draft.state.warned = [];\n  for (const seen of fact.counts)',
  },
  {
    name: 'a cancel that crosses the last signature is taken for done',
    file: 'workflows/contract/end.ts',
    from: "    case 'draft':\n      return applyEnd(desk);",
    to: "    case 'draft':\n    case 'signed':\n      return applyEnd(desk);",
  },
  {
    name: 'requests without an answer are not counted in the quota',
    file: 'activities/platform-gate.ts',
    from: 'counted: sent }',
    to: 'counted: false }',
    test: 'quota-ledger',
  },
];
