import { decideAll } from '../../domain/contract/decide.js';
import { expiredThere } from '../../domain/contract/facts-from-detail.js';
import { refuseCancel, refuseSign, refuseSms } from '../../domain/contract/refusal.js';
import type { Actor, ContractState } from '../../domain/contract/state.js';
import { after, AT, created, dated, DEADLINE, IN, ROWS, signed } from '../support/lifecycle-table.js';

test.each(ROWS.map((row) => [row[0], row[1], row] as const))('%s, %s', (_from, _what, row) => {
  const [from, , fact, by, to, announced, reason] = row;
  const { state, events } = decideAll(after(...IN[from]), [dated(fact, by)], AT);
  expect(state.status).toBe(to);
  expect(events.map((event) => event.type)).toEqual(announced);
  if (reason !== undefined) expect(events.at(-1)?.reason).toBe(reason);
  for (const event of events) expect(event.actor).toBe(by);
});

test('the last signature: the signatory’s before the contract’s', () => {
  const { state, events } = decideAll(after(created(true), signed(2)), [dated(signed(1), 'signatory')], AT);
  expect(state.status).toBe('signed');
  expect(events.map((event) => event.type)).toEqual(['signatory.signed', 'contract.signed']);
});

test('a draft that was cancelled or expired here is kept in sight; one that the platform ended is not', () => {
  for (const type of ['cancelled', 'expired'] as const) {
    const end = (by: Actor): ContractState =>
      decideAll(after(...IN.draft), [dated({ type, reason: null }, by)], AT).state;
    expect(end('client').draftLeftBehind).toBe(true);
    expect(end('platform').draftLeftBehind).toBe(false);
  }
});

test('the platform’s expiry is the deadline’s when it comes with it or after it, else its own', () => {
  const open = after(...IN.open);
  expect(expiredThere(open, DEADLINE)).toMatchObject({ by: 'deadline', reason: 'deadline' });
  expect(expiredThere(open, AT)).toMatchObject({ by: 'platform', reason: 'expired_on_platform' });
});

test('a cancel after signed, completed or another end is refused', () => {
  expect(refuseCancel(after(...IN.open))).toBeNull();
  for (const from of ['signed', 'completed', 'attention (verification)'] as const)
    expect(refuseCancel(after(...IN[from]))?.code).toBe('not_cancellable');
  expect(refuseCancel(after({ type: 'expired', reason: 'deadline' }))?.code).toBe('not_cancellable');
});

test('SMS and attempts are refused by our own count; the sandbox counts SMS and refuses none', () => {
  const sent = after(created(true), { type: 'code_sent', signatoryId: 'sig_1', smsSent: 6 });
  expect(refuseSms(sent, 'sig_1')).toMatchObject({ code: 'sms_limit', detail: { smsLeft: 0 } });
  const sandbox = { ...sent, limits: { ...sent.limits, refuseSms: false } };
  expect(refuseSms(sandbox, 'sig_1')).toBeNull();
  const blocked = after(created(true), { type: 'code_refused', signatoryId: 'sig_1', attemptsLeft: 0 });
  expect(refuseSms(blocked, 'sig_1')?.code).toBe('attempts_exceeded');
  expect(refuseSign(blocked, 'sig_1')).toMatchObject({
    code: 'attempts_exceeded',
    detail: { attemptsLeft: 0 },
  });
});
