import { catchMail, type CaughtMail, type SmtpCatcher } from '../support/smtp.js';
import { waitFor } from '../support/wait.js';
import { create, removeHome, startTwin, USER, type TestTwin } from '../support/twin.js';

let smtp: SmtpCatcher;
let twin: TestTwin;

beforeAll(async () => {
  smtp = await catchMail((to) => to.startsWith('refused'));
  twin = await startTwin({ smtpUrl: smtp.url });
  await twin.control(`/accounts/${USER}`, { ownerEmail: 'depot@example.org' }, 'PATCH');
});
afterAll(async () => {
  await twin.close();
  await smtp.close();
  await removeHome(twin.home);
});

const to = (address: string, label: string) => (one: CaughtMail) =>
  one.to.includes(address) && (one.mail.subject ?? '').includes(label);
const sign = (id: string, person: string | undefined) =>
  twin.call('signatorySignRequest', { contractId: id, signatoryId: person, code: '0000' });
const allSent = (id: string) =>
  waitFor(async () => {
    const { mails } = (await twin.control(`/mails?contractId=${id}`)).body;
    return mails.length > 0 && mails.every((one: { sentAt: string | null }) => one.sentAt !== null)
      ? mails
      : null;
  });

describe('the twin’s mails', () => {
  it('invite the signatories with the depositor’s message and a link that leads to their page', async () => {
    const submitMessage = 'Voici votre bail.\nÀ bientôt <3';
    const { id } = await create(twin, { label: 'Mail A', people: 2, notify: { submitMessage } });
    const { mail } = await smtp.next(to('signataire2@example.org', 'Mail A'));
    expect(mail.text).toContain('Bonjour Prénom2 Nom2');
    expect(mail.text).toContain('Voici votre bail.');
    expect(mail.text).toContain('Contrat-Privé (bac à sable / twin)');
    expect(mail.html).toContain('À bientôt &lt;3');
    const [link = ''] = /http\S+\/sign\/\S+/.exec(mail.text ?? '') ?? [];
    expect(link).toBe((await twin.control(`/contracts/${id}`)).body.signatories[1].signUrl);
    expect((await fetch(link)).status).toBe(200);
    const owner = await smtp.next(to('depot@example.org', 'Mail A'));
    expect(owner.mail.text).not.toContain('Voici votre bail.');
  });

  it('are written in English for an English contract', async () => {
    await create(twin, { label: 'Mail B', language: 'en' });
    const { mail } = await smtp.next(to('signataire1@example.org', 'Mail B'));
    expect(mail.subject).toContain('waiting for your signature');
    expect(mail.text).toContain('Contrat-Privé (sandbox / twin)');
  });

  it('tell the owner of each signature and everybody of the end, once each', async () => {
    const { id, people } = await create(twin, { label: 'Mail C', people: 2 });
    await sign(id, people[0]);
    await sign(id, people[1]);
    const mails = await allSent(id);
    expect(mails.map((one: { kind: string; to: string }) => `${one.kind} ${one.to}`)).toEqual([
      'submitted owner',
      'invitation signatory',
      'invitation signatory',
      'signed_by owner',
      'completed owner',
      'completed signatory',
      'completed signatory',
    ]);
    expect(smtp.mails.filter((one) => one.mail.subject?.includes('Mail C'))).toHaveLength(7);
  });

  it('are not sent to signatories of a stealthy contract, nor to an owner who wants none', async () => {
    const stealth = await create(twin, { label: 'Mail D', notify: { signatory: false } });
    const mails = await allSent(stealth.id);
    expect(mails.map((one: { to: string }) => one.to)).toEqual(['owner']);
    await sign(stealth.id, stealth.people[0]);
    const all = await allSent(stealth.id);
    expect(all.map((one: { kind: string; to: string }) => `${one.kind} ${one.to}`)).toEqual([
      'submitted owner',
      'completed owner',
    ]);
    const detail = (await twin.call('contractDetailRequest', { contractId: stealth.id })).body;
    expect(detail.log.map((one: { event: string }) => one.event)).not.toContain('notified');
    const quiet = await create(twin, { label: 'Mail E', notify: { owner: false, signatory: false } });
    expect((await twin.control(`/mails?contractId=${quiet.id}`)).body.mails).toEqual([]);
  });

  it('lead the owner of a draft to the page where it is validated', async () => {
    const { id } = await create(twin, { label: 'Mail F', submit: false });
    const { mail } = await smtp.next(to('depot@example.org', 'Mail F'));
    const [link = ''] = /http\S+\/depositor\/\S+/.exec(mail.text ?? '') ?? [];
    expect(link).toContain(id);
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
  });

  it('give up an address that the mail server refuses for good, and go on', async () => {
    await twin.control(`/accounts/${USER}`, { ownerEmail: 'refused@example.org' }, 'PATCH');
    const { id } = await create(twin, { label: 'Mail G' });
    await smtp.next(to('signataire1@example.org', 'Mail G'));
    const refused = await waitFor(async () => {
      const { mails } = (await twin.control(`/mails?contractId=${id}`)).body;
      return mails.find((one: { givenUp: boolean }) => one.givenUp);
    });
    expect(refused).toMatchObject({ to: 'owner', sentAt: null, attempts: 1 });
  });
});

describe('a mail server that is down', () => {
  it('delays mails, over a restart too, and nothing else', async () => {
    const gone = await catchMail();
    await gone.close();
    const first = await startTwin({ smtpUrl: gone.url });
    const { id } = await create(first, { label: 'Mail H' });
    await waitFor(async () => (await first.control('/mails')).body.mails[0].attempts > 0);
    await first.close();
    const second = await startTwin({ smtpUrl: smtp.url, home: first.home });
    const { mail } = await smtp.next(to('signataire1@example.org', 'Mail H'));
    expect(mail.text).toContain((await second.control(`/contracts/${id}`)).body.signatories[0].signUrl);
    await second.close();
    await removeHome(first.home);
  });
});
