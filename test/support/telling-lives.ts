import { buildPdf, onePage } from './build-pdf.js';
import { businessSystem, platformSite } from './business-system.js';
import type { RecordingServer } from './http.js';
import type { StackFile } from './stack.js';

/** Words that stand nowhere else, one for each member that tells something about somebody. */
const SECRETS = {
  label: 'Zlabel Avenant',
  firstName: 'Zprenom',
  lastName: 'Znom-Exemple',
  email: 'zadresse@example.org',
  mobile: '+33639981234',
  reference: 'zref-881',
  contractReference: 'zcontrat-42',
  metadata: 'zdepartement',
  message: 'zmessage aux signataires',
  document: 'zfichier.pdf',
  page: 'zpage du contrat',
  code: '739184',
  reason: 'zmotif du client',
  header: 'zentete-secret',
};

/** One contract signed with codes, one cancelled with a reason, both told to an endpoint. @returns their ids */
export async function playTellingLives(file: StackFile, receiver: RecordingServer): Promise<string[]> {
  const system = businessSystem(file);
  const site = platformSite(file);
  const headers = { 'X-Secret': SECRETS.header };
  await system.call('POST', '/v1/webhook-endpoints', { url: `${receiver.url}/hook`, events: ['*'], headers });
  const signed = await system.trigger(tellingTrigger());
  const open = await system.until(signed.id, 'open');
  const at = `/v1/contracts/${signed.id}/signatories/${open.signatories[0]!.id}`;
  await system.call('POST', `${at}/sms`);
  const { status } = await system.call('POST', `${at}/signature`, { code: SECRETS.code });
  if (status !== 422) throw new Error(`a wrong code was answered with ${status}`);
  await site.sign(open.platformId!, 0);
  await system.until(signed.id, 'completed', 60_000);
  const cancelled = await system.trigger({ ...tellingTrigger(), reference: undefined });
  await system.until(cancelled.id, 'open');
  await system.call('POST', `/v1/contracts/${cancelled.id}/cancel`, { reason: SECRETS.reason });
  await receiver.next(({ body }) => body.includes('contract.cancelled'));
  return [signed.id, cancelled.id];
}

function tellingTrigger(): Record<string, unknown> {
  const { firstName, lastName, email, mobile, reference } = SECRETS;
  return {
    label: SECRETS.label,
    reference: SECRETS.contractReference,
    metadata: { department: SECRETS.metadata },
    documents: [{ name: SECRETS.document, content: pageOf(SECRETS.page).toString('base64') }],
    signatories: [{ firstName, lastName, email, mobile, reference }],
    notify: { message: SECRETS.message },
  };
}

/** A page that says so. */
function pageOf(words: string): Buffer {
  const text = `BT /F1 12 Tf 10 50 Td (${words}) Tj ET`;
  const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>';
  return buildPdf({ ...onePage(), 3: page, 4: `<</Length ${text.length}>>\nstream\n${text}\nendstream` });
}

/** The names of the secrets that a text holds, as they are or encoded; keys are looked for with them. */
export function secretsIn(text: string, { key, adminKey }: StackFile): string[] {
  return Object.entries({ ...SECRETS, key, adminKey })
    .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([name]) => name);
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')];
}
