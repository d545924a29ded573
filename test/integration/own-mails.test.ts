import { freePort } from '../../local/ports.js';
import { query } from '../../local/postgres/query.js';
import { decideAll } from '../../domain/contract/decide.js';
import { claimMail, handMail } from '../../store/mails.js';
import { recordTransition } from '../../store/record.js';
import type { Mailer } from '../../worker/mailer.js';
import { createMailStage, OWNER, type MailStage } from '../support/mail-stage.js';
import { catchMail, type CaughtMail, type SmtpCatcher } from '../support/smtp.js';

const MINUTE = 60_000;

let stage: MailStage;
let smtp: SmtpCatcher;
let mailer: Mailer;

beforeEach(async () => {
  stage = await createMailStage();
  smtp = await catchMail();
  mailer = stage.mailerTo(smtp.url);
});
afterEach(async () => {
  await mailer.stop();
  await smtp.close();
  await stage.close();
});

const byAddress = (mails: readonly CaughtMail[]): string[] => mails.flatMap((mail) => mail.to).sort();

/** The only mail to an address, in both of its forms. */
function only(
  to: string,
  mails: readonly CaughtMail[] = smtp.mails,
): { subject: string; text: string; html: string } {
  const found = mails.filter((mail) => mail.to.includes(to));
  expect(found).toHaveLength(1);
  const { subject = '', text = '', html } = found[0]!.mail;
  return { subject, text, html: String(html) };
}

/** What every mail of ours has: the platform's name in both forms (CP12), the sender, a plain machine's header. */
function expectOurs(mails: readonly CaughtMail[]): void {
  for (const { mail, raw } of mails) {
    expect(mail.text).toContain('Contrat-Privé');
    expect(String(mail.html)).toContain('Contrat-Privé');
    expect(mail.from?.text).toContain('no-reply@example.org');
    expect(raw).toContain('Auto-Submitted: auto-generated');
    expect(mail.messageId).toMatch(/^<evt_\S+@paraphe\.invalid>$/);
  }
}

const WORDS = {
  fr: {
    invitation: 'attend votre signature',
    reminder: 'n’est pas encore signé par vous',
    warning: '1 signature(s) sur 2',
    completed: 'Tous ont signé',
    expired: 'n’a pas été signé par tous',
    until: '11 décembre 2026',
  },
  en: {
    invitation: 'is waiting for your signature',
    reminder: 'You have not signed',
    warning: '1 of 2 have signed',
    completed: 'Everybody has signed',
    expired: 'was not signed by everybody',
    until: '11 December 2026',
  },
} as const;

describe.each(['fr', 'en'] as const)('in %s', (language) => {
  const words = WORDS[language];

  test('in stealth mode each signatory is invited to the client’s own page', async () => {
    const one = await stage.contract({ language });
    await one.published();
    await mailer.turn();
    expect(byAddress(smtp.mails)).toEqual(['s0@example.org', 's1@example.org']);
    const { id } = one.state().signatories[1]!;
    const mail = only('s1@example.org');
    const link = `https://rh.example.org/signer/${one.id}/${id}?ref=`;
    for (const form of [mail.text, mail.html]) {
      expect(form).toContain(words.invitation);
      expect(form).toContain(words.until);
      expect(form).toContain('Prénom1 Nom1');
      expect(form).toContain(link);
    }
    expect(mail.subject).toContain('Contrat d’essai');
    expectOurs(smtp.mails);
  });

  test('near the deadline who has not signed is reminded, and the owner is warned', async () => {
    const one = await stage.contract({ language });
    await one.published();
    await one.signs(0);
    await mailer.turn();
    const before = smtp.mails.length;
    await one.happens('deadline', { type: 'deadline_near', hours: 72 });
    await mailer.turn();
    const mails = smtp.mails.slice(before);
    expect(byAddress(mails)).toEqual([OWNER, 's1@example.org']);
    expect(only('s1@example.org', mails).text).toContain(words.reminder);
    expect(only('s1@example.org', mails).html).toContain('https://rh.example.org/signer/');
    const warning = only(OWNER, mails);
    for (const form of [warning.text, warning.html]) {
      expect(form).toContain(words.warning);
      expect(form).toContain('HR-1');
    }
    expectOurs(mails);
  });

  test('the owner is told that it is completed', async () => {
    const one = await stage.contract({ language, notify: { signatories: true, owner: true } });
    await one.published();
    await one.signs(0);
    await one.signs(1);
    const [document] = one.state().documents;
    const proven = { id: document!.id, size: 1, sha256: 'b', verification: 'passed' } as const;
    await one.happens('system', { type: 'proven', documents: [proven] });
    await mailer.turn();
    expect(byAddress(smtp.mails)).toEqual([OWNER]);
    expect(only(OWNER).text).toContain(words.completed);
    expect(only(OWNER).html).toContain(words.completed);
    expectOurs(smtp.mails);
  });

  test('the owner is told that the deadline has passed', async () => {
    const one = await stage.contract({ language, notify: { signatories: true, owner: true } });
    await one.published();
    await one.happens('deadline', { type: 'expired', reason: 'deadline' });
    await mailer.turn();
    expect(only(OWNER).text).toContain(words.expired);
    expectOurs(smtp.mails);
  });
});

test('signatories get no mail of ours where the platform writes to them, or where there is no page to go to', async () => {
  const notified = await stage.contract({ notify: { signatories: true, owner: false } });
  await notified.published();
  const pageless = await stage.contract({ notify: { signatories: false, owner: false } }, 'cli_plain');
  await pageless.published();
  await pageless.happens('deadline', { type: 'deadline_near', hours: 24 });
  await mailer.turn();
  expect(smtp.mails).toHaveLength(0);
});

test('what is recorded again calls for no second mail', async () => {
  const one = await stage.contract();
  const state = await one.published();
  const { events } = decideAll(
    { ...state, status: 'accepted', sequence: state.sequence - 1, platformId: null },
    [
      {
        type: 'created',
        platformId: 'p',
        submitted: true,
        signatoryPlatformIds: ['1', '2'],
        at: stage.clock.now().toISOString(),
        by: 'system',
      },
    ],
    stage.clock.now().toISOString(),
  );
  await recordTransition(stage.db, state, events, stage.clock.now().toISOString());
  await mailer.turn();
  await mailer.turn();
  expect(smtp.mails).toHaveLength(2);
});

test('two workers send each mail once', async () => {
  for (let count = 0; count < 10; count += 1)
    await (await stage.contract({ reference: `HR-${count}` })).published();
  const other = stage.mailerTo(smtp.url);
  await Promise.all([mailer.turn(), other.turn()]);
  await other.stop();
  expect(smtp.mails).toHaveLength(20);
  expect(new Set(smtp.mails.map(({ mail }) => mail.messageId)).size).toBe(20);
});

test('a worker that stops ends after the mail under way; the others go out by the next', async () => {
  for (let count = 0; count < 10; count += 1)
    await (await stage.contract({ reference: `HR-${count}` })).published();
  const stopping = stage.mailerTo(smtp.url);
  void stopping.turn();
  await smtp.next(() => true);
  await stopping.stop();
  expect(smtp.mails.length).toBeLessThan(5);
  await mailer.turn();
  expect(new Set(smtp.mails.map(({ mail }) => mail.messageId)).size).toBe(20);
  expect(smtp.mails).toHaveLength(20);
});

test('a mail server that is down delays mails, and holds up nothing that is recorded', async () => {
  const port = await freePort();
  const away = stage.mailerTo(`smtp://127.0.0.1:${port}`);
  const one = await stage.contract();
  await one.published();
  await away.turn();
  await away.stop();
  expect((await one.signs(0)).signatories[0]?.status).toBe('signed');
  await mailer.turn();
  expect(smtp.mails).toHaveLength(0);
  stage.clock.pass(MINUTE);
  await mailer.turn();
  expect(byAddress(smtp.mails)).toEqual(['s1@example.org']);
});

test('a worker killed before it asked the mail server leaves the mail to another', async () => {
  await (await stage.contract({ people: 1 })).published();
  expect(await claimMail(stage.db, stage.clock.now())).toBeDefined();
  await mailer.turn();
  expect(smtp.mails).toHaveLength(0);
  stage.clock.pass(6 * MINUTE);
  await mailer.turn();
  expect(smtp.mails).toHaveLength(1);
});

test('a worker killed while it asked the mail server has the mail sent by nobody again, and that is seen', async () => {
  await (await stage.contract({ people: 1 })).published();
  const { key } = (await claimMail(stage.db, stage.clock.now()))!;
  expect(await handMail(stage.db, key, stage.clock.now())).toBe(true);
  expect(await handMail(stage.db, key, stage.clock.now())).toBe(false);
  stage.clock.pass(24 * 60 * MINUTE);
  await mailer.turn();
  expect(smtp.mails).toHaveLength(0);
  const row = await stage.db.selectFrom('paraphe.mail').select('failure').executeTakeFirstOrThrow();
  expect(row.failure).toBe('uncertain');
});

test('a mail that is out is not sent again because the database could not write that down', async () => {
  await (await stage.contract({ people: 1 })).published();
  await query(
    stage.databaseUrl,
    `create function lose() returns trigger language plpgsql as 'begin raise exception $$lost$$; end';
     create trigger lose before update of sent_at on paraphe.mail for each row execute function lose()`,
  );
  await mailer.turn();
  await query(stage.databaseUrl, 'drop trigger lose on paraphe.mail');
  stage.clock.pass(60 * MINUTE);
  await mailer.turn();
  expect(smtp.mails).toHaveLength(1);
});

test('an address that the mail server refuses for good is given up alone', async () => {
  const strict = await catchMail((to) => to === 's0@example.org');
  const refusing = stage.mailerTo(strict.url);
  await (await stage.contract()).published();
  await refusing.turn();
  await refusing.stop();
  expect(byAddress(strict.mails)).toEqual(['s1@example.org']);
  await strict.close();
  const rows = await stage.db.selectFrom('paraphe.mail').select(['failure']).orderBy('failure').execute();
  expect(rows.map((row) => row.failure)).toEqual(['refused', null]);
});

test('nobody is asked to sign what was signed or cancelled while the mail waited', async () => {
  const one = await stage.contract();
  await one.published();
  await mailer.turn();
  const before = smtp.mails.length;
  await one.happens('deadline', { type: 'deadline_near', hours: 72 });
  await one.signs(1);
  await mailer.turn();
  expect(byAddress(smtp.mails.slice(before))).toEqual([OWNER, 's0@example.org']);
  const other = await stage.contract({ reference: 'HR-2' });
  await other.published();
  await other.happens('deadline', { type: 'deadline_near', hours: 72 });
  await other.happens('client', { type: 'cancelled', reason: null });
  await mailer.turn();
  expect(smtp.mails.slice(before + 2)).toEqual([]);
  const rows = await stage.db
    .selectFrom('paraphe.mail')
    .select('failure')
    .where('sent_at', 'is', null)
    .execute();
  expect(new Set(rows.map((row) => row.failure))).toEqual(new Set(['outdated']));
});
