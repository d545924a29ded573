import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import type { Message, MessageHead } from '../../local/mailbox/message.js';
import { openMailbox, type Mailbox } from '../../local/mailbox/mailbox.js';

let home: string;
let mailbox: Mailbox;

const open = () => openMailbox({ home, smtpPort: 0, httpPort: 0 });

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'mailbox-'));
  mailbox = await open();
});

afterEach(async () => {
  await mailbox.close();
  await rm(home, { recursive: true });
});

async function send(to: string, subject = 'À signer'): Promise<void> {
  await createTransport(mailbox.smtpUrl).sendMail({
    from: 'platform@example.org',
    to,
    subject,
    text: 'Ouvrez http://127.0.0.1:8090/s/abc?x=1&y=2.',
    html: '<script>alert(1)</script><a class="b" href="http://127.0.0.1:8090/s/abc?x=1&amp;y=2">Signer</a>',
  });
}

async function list(query = ''): Promise<MessageHead[]> {
  const answer = await fetch(`${mailbox.url}/api/messages${query}`);
  return ((await answer.json()) as { messages: MessageHead[] }).messages;
}

async function firstMessage(): Promise<Message> {
  const [head] = await list();
  return (await (await fetch(`${mailbox.url}/api/messages/${head?.id}`)).json()) as Message;
}

test('a mail is listed by its recipient, newest first', async () => {
  await send('camille@example.org');
  await send('dominique@example.org');
  await send('Camille@example.org', 'Second');
  const heads = await list('?to=camille%40example.org');
  expect(heads.map(({ subject }) => subject)).toEqual(['Second', 'À signer']);
});

test('a mail gives its texts and each link once', async () => {
  await send('camille@example.org');
  const message = await firstMessage();
  expect(message.links).toEqual(['http://127.0.0.1:8090/s/abc?x=1&y=2']);
  expect(message.text).toContain('Ouvrez');
  expect(message.html).toContain('Signer');
});

test('mails are there after a restart', async () => {
  await send('camille@example.org');
  await mailbox.close();
  mailbox = await open();
  expect(await list()).toHaveLength(1);
  expect((await firstMessage()).text).toContain('Ouvrez');
});

test('a mail can be deleted, and all of them', async () => {
  await send('camille@example.org');
  await send('dominique@example.org');
  const [head] = await list();
  const remove = (url: string) => fetch(`${mailbox.url}/api/messages${url}`, { method: 'DELETE' });
  expect((await remove(`/${head?.id}`)).status).toBe(204);
  expect((await remove(`/${head?.id}`)).status).toBe(404);
  expect(await list()).toHaveLength(1);
  await remove('');
  expect(await list()).toEqual([]);
});

test('the page shows a mail without running what is in it', async () => {
  await send('camille@example.org', '<b>Objet</b>');
  const { id } = await firstMessage();
  const page = await fetch(`${mailbox.url}/messages/${id}`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const text = await page.text();
  expect(text).toContain('&lt;b&gt;Objet&lt;/b&gt;');
  expect(text).not.toContain('<script>');
  expect(text).toMatch(/<iframe[^>]* sandbox="(?!.*allow-scripts)/);
  const frame = await fetch(`${mailbox.url}/messages/${id}/html`);
  expect(frame.headers.get('content-security-policy')).toMatch(/^sandbox (?!.*allow-scripts)/);
});

test('the page speaks French or English', async () => {
  const ask = async (language: string) =>
    (await fetch(mailbox.url, { headers: { 'accept-language': language } })).text();
  expect(await ask('fr-FR,fr;q=0.9')).toContain('Aucun message');
  expect(await ask('en')).toContain('No message');
});

test('a form of another site deletes nothing', async () => {
  await send('camille@example.org');
  const answer = await fetch(`${mailbox.url}/delete`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
  });
  expect(answer.status).toBe(403);
  expect(await list()).toHaveLength(1);
});
