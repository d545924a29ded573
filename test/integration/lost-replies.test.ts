import { createActivityStack, type ActivityStack } from '../support/activity-bench.js';
import { storeContract, type TwinView } from '../support/virtual-contract.js';

/** 1,000 lost replies: `LOST_REPLIES=1000 npm test -- lost-replies`; a short version otherwise. */
const WANTED = Number(process.env['LOST_REPLIES'] ?? 100);
const CREATE = 'contractCreateRequest';
const SMS = 'signatorySendSmsRequest';
const SIGN = 'signatorySignRequest';
const CANCEL = 'contractCancelRequest';

let stack: ActivityStack;
beforeAll(async () => {
  stack = await createActivityStack();
}, 120_000);
afterAll(() => stack.close(), 60_000);

/** Every reply is lost with this probability, whatever was done: the seed makes the losses the same each time. */
async function loseReplies(request: string, kind: string, seed: number): Promise<void> {
  await stack.twin.control('/faults', { request, kind, probability: 0.45, seed });
}

async function lost(): Promise<number> {
  const { body } = await stack.twin.control('/requests');
  return body.requests.filter((call: { faults: string[] }) => call.faults.length > 0).length;
}

async function view(platformId: string): Promise<TwinView> {
  return (await stack.twin.control(`/contracts/${platformId}`)).body as TwinView;
}

/** One life: created, an SMS, a wrong code, then signed or cancelled. Gives what came of it beside what the twin has. */
async function live(index: number): Promise<{ sent: number; refused: number; end: string; there: TwinView }> {
  const { activities, retried, vault } = stack;
  const state = await storeContract(stack, {});
  const since = stack.clock.now().toISOString();
  const contractId = state.id;
  const created = await retried(() => activities.createContract({ contractId, settleOnly: false, since }));
  if (created.kind !== 'created') throw new Error(`not created: ${created.kind}`);
  const { platformId } = created;
  const id = state.signatories[0]!.id;
  const person = (smsSent: number, attemptsLeft: number) => ({
    id,
    platformId: created.signatoryPlatformIds[0]!,
    smsSent,
    attemptsLeft,
  });
  const seal = (code: string): string =>
    vault.sealFor('signing codes', Buffer.from(code), `${contractId}:${id}`).toString('base64');
  const input = { contractId, platformId };
  const sms = await retried(() =>
    activities.sendSms({ ...input, deedId: 'sms', signatories: [person(0, 5)] }),
  );
  const sent = sms.kind === 'done' ? 1 : 0;
  const wrong = await retried(() =>
    activities.sign({ ...input, deedId: 'wrong', signatory: person(sent, 5), sealedCode: seal('wrong') }),
  );
  const refused = wrong.kind === 'refused' && wrong.code === 'wrong_code' ? 1 : 0;
  // The same deeds once more, beside what is known by now: as when a client asks again and the workflow began afresh.
  const again = { ...input, signatories: [person(sent, 5 - refused)] };
  await retried(() => activities.sendSms({ ...again, deedId: 'sms' }));
  const repeated = { signatory: person(sent, 5 - refused), sealedCode: seal('wrong') };
  await retried(() => activities.sign({ ...input, ...repeated, deedId: 'wrong' }));
  if (index % 2 === 0) {
    const { kind } = await retried(() => activities.cancelContract({ ...input, since }));
    return { sent, refused, end: kind, there: await view(platformId) };
  }
  const code = (await view(platformId)).signatories[0]?.code ?? 'none';
  const signatory = person(sent, 5 - refused);
  const signed = await retried(() =>
    activities.sign({ ...input, deedId: 'right', signatory, sealedCode: seal(code) }),
  );
  return {
    sent,
    refused,
    end: signed.kind === 'done' ? 'signed' : 'submitted',
    there: await view(platformId),
  };
}

test(`${WANTED} lost replies: nothing is done twice, and all contracts are where we say`, async () => {
  for (const [seed, request] of [CREATE, SMS, SIGN, CANCEL].entries()) {
    await loseReplies(request, 'lose_reply', seed + 1);
    await stack.twin.control('/faults', {
      request,
      kind: 'break_connection',
      probability: 0.1,
      seed: seed + 9,
    });
  }
  let lives = 0;
  for (; (await lost()) < WANTED; lives += 1) {
    const { sent, refused, end, there } = await live(lives);
    const [person] = there.signatories;
    expect([person?.smsSent, person?.failures]).toEqual([sent, refused]);
    expect(there.status).toBe(end);
  }
  const { body } = await stack.twin.control('/contracts');
  expect(body.count).toBe(lives);
}, 600_000);
