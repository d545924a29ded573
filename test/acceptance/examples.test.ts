import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { businessSystem, person, platformSite, type BusinessSystem } from '../support/business-system.js';
import { recordRequests, type RecordingServer } from '../support/http.js';
import { acceptanceTarget, type StackFile } from '../support/stack.js';

let target: StackFile;
let system: BusinessSystem;
let site: ReturnType<typeof platformSite>;
let receiver: RecordingServer;
let webhook: Webhook;

beforeAll(async () => {
  target = await acceptanceTarget();
  system = businessSystem(target);
  site = platformSite(target);
  receiver = await recordRequests();
  const url = `${receiver.url}/hook`;
  const endpoint = await system.call<{ secret: string }>('POST', '/v1/webhook-endpoints', {
    url,
    events: ['*'],
  });
  expect(endpoint.status).toBe(201);
  webhook = new Webhook(endpoint.body.secret);
});

afterAll(() => receiver.close());

interface Event {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly data: { readonly contract: { readonly id: string } };
}

/** The verified events that the receiver got for a contract. */
function received(contractId: string): Event[] {
  return receiver.requests
    .map((request) => webhook.verify(request.body, request.headers as Record<string, string>) as Event)
    .filter((event) => event.data.contract.id === contractId);
}

test('Example 1: two people sign on the site, the proven document and one signed webhook come back', async () => {
  const { id } = await system.trigger({ signatories: [person('one'), person('two')] });
  const open = await system.until(id, 'open');
  await site.sign(open.platformId!, 0);
  await site.sign(open.platformId!, 1);
  const done = await system.until(id, 'completed', 60_000);
  expect(done.documents[0]?.signed?.verification).toBe('passed');

  await receiver.next((request) => request.body.includes('contract.completed') && request.body.includes(id));
  const told = received(id);
  const last = told.find((event) => event.type === 'contract.completed');
  expect(last?.sequence).toBe(6);

  const response = await fetch(`${target.api}/v1/contracts/${id}/documents/${done.documents[0]!.id}/signed`, {
    headers: { authorization: `Bearer ${target.key}` },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(done.documents[0]!.signed!.sha256);

  const events = await system.events(id);
  expect(events.map((event) => event.type)).toEqual([
    'contract.accepted',
    'contract.published',
    'signatory.signed',
    'signatory.signed',
    'contract.signed',
    'contract.completed',
  ]);
  expect(events.map((event) => event.sequence)).toEqual([1, 2, 3, 4, 5, 6]);
  const { requests } = await site.contract(open.platformId!);
  expect(requests['contractCreateRequest']).toBe(1);
});

test('Example 2: a white-label extranet sends a code, is told of a wrong one, and signs by API', async () => {
  const { id } = await system.trigger({ notify: { signatories: false, owner: false } });
  const open = await system.until(id, 'open');
  const signatory = open.signatories[0]!.id;
  const at = `/v1/contracts/${id}/signatories/${signatory}`;

  const sms = await system.call<{ smsSent: number; smsLeft: number }>('POST', `${at}/sms`);
  expect(sms).toMatchObject({ status: 200, body: { id: signatory, smsSent: 1, smsLeft: 5 } });
  const wrong = await system.call('POST', `${at}/signature`, { code: '9999' });
  expect(wrong).toMatchObject({ status: 422, body: { code: 'wrong_code', attemptsLeft: 4 } });
  const signed = await system.call('POST', `${at}/signature`, { code: '0000' });
  expect(signed).toMatchObject({
    status: 200,
    body: { id: signatory, status: 'signed', contractStatus: 'signed' },
  });
  await system.until(id, 'completed', 60_000);
  const again = await system.call('POST', `${at}/signature`, { code: '0000' });
  expect(again).toMatchObject({ status: 409, body: { code: 'not_open' } });
});

test('a contract is cancelled there and here, once, and the same answer comes again', async () => {
  const { id } = await system.trigger();
  const open = await system.until(id, 'open');
  const first = await system.call('POST', `/v1/contracts/${id}/cancel`, { reason: 'poste pourvu' });
  expect(first).toMatchObject({ status: 200, body: { status: 'cancelled', statusReason: 'poste pourvu' } });
  const second = await system.call('POST', `/v1/contracts/${id}/cancel`, { reason: 'encore' });
  expect(second).toMatchObject({ status: 200, body: { status: 'cancelled', statusReason: 'poste pourvu' } });
  const { count } = await site.requests(`request=contractCancelRequest&contractId=${open.platformId}`);
  expect(count).toBe(1);
  expect((await system.events(id)).filter((event) => event.type === 'contract.cancelled')).toHaveLength(1);
});

test('a deadline ends what nobody signed', async () => {
  const { id } = await system.trigger({ deadline: new Date(Date.now() + 6_000).toISOString() });
  await system.until(id, 'open');
  const ended = await system.until(id, 'expired', 30_000);
  expect(ended.statusReason).toBe('deadline');
  expect((await system.events(id)).map((event) => event.type)).toEqual([
    'contract.accepted',
    'contract.published',
    'contract.expired',
  ]);
});

test('a draft waits until somebody validates it on the site', async () => {
  const nobody = { firstName: 'Camille', lastName: 'Martin', email: 'draft@example.org' };
  const { id } = await system.trigger({ action: 'save', signatories: [nobody] });
  const draft = await system.until(id, 'draft');
  const { signatories } = await site.contract(draft.platformId!);
  const mobile = `/contracts/${draft.platformId}/signatories/${signatories[0]!.id}/mobile`;
  await site.call('POST', mobile, { mobile: '+33612345678' });
  await site.call('POST', `/contracts/${draft.platformId}/publish`, {});
  const open = await system.until(id, 'open');
  expect(open.signatories[0]?.mobile).toBe('+33612345678');
});
