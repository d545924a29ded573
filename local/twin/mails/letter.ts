import type { Account, Contract, Mail, Signatory } from '../model.js';
import { escapeHtml } from '../html.js';
import { letterTexts } from './texts.js';

/** A mail as nodemailer takes it. */
export interface Letter {
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface LetterInput {
  readonly mail: Mail;
  readonly contract: Contract;
  readonly account: Account;
  readonly siteUrl: string;
}

/** Writes a mail in the contract's language. The id of the message stays the same at each attempt. */
export function writeMail(input: LetterInput): Letter {
  const { mail, contract } = input;
  const person = contract.signatories.find((one) => one.id === mail.signatoryId) ?? null;
  const texts = letterTexts(contract.language);
  const words = texts.kinds[mail.kind](subjectOf(contract, person, mail.to));
  const custom = mail.kind === 'invitation' ? contract.notify.submitMessage : null;
  const greeting = mail.to === 'signatory' && person ? texts.hello(nameOf(person)) : texts.helloOwner;
  const link = linkOf(input, person);
  const paragraphs = [greeting, ...(custom === null ? [] : [custom]), ...words.lines];
  const footer = texts.footer(input.account.rules);
  return {
    messageId: `<${mail.id}@twin.invalid>`,
    to: mail.address,
    subject: words.subject,
    text: [...paragraphs, `${words.action} : ${link}`, '--', footer].join('\n\n'),
    html: htmlOf(contract.language, paragraphs, words.action, link, footer),
  };
}

/** What a text may mention. */
export interface LetterSubject {
  readonly label: string;
  readonly deadline: string;
  readonly person: string;
  readonly toOwner: boolean;
}

function subjectOf(contract: Contract, person: Signatory | null, to: Mail['to']): LetterSubject {
  const deadline = new Intl.DateTimeFormat(contract.language === 'fr' ? 'fr-FR' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Europe/Paris',
  }).format(new Date(contract.deadline));
  return {
    label: contract.label,
    deadline,
    person: person === null ? '' : nameOf(person),
    toOwner: to === 'owner',
  };
}

function nameOf(person: Signatory): string {
  return `${person.firstName} ${person.lastName}`;
}

function linkOf({ mail, contract, account, siteUrl }: LetterInput, person: Signatory | null): string {
  if (mail.to === 'signatory' && person !== null) return `${siteUrl}/sign/${person.link}`;
  return `${siteUrl}/depositor/enter/${account.entry}?contract=${encodeURIComponent(contract.id)}`;
}

function htmlOf(
  language: string,
  paragraphs: readonly string[],
  action: string,
  link: string,
  footer: string,
): string {
  const body = paragraphs.map((one) => `<p>${escapeHtml(one).replaceAll('\n', '<br>')}</p>`).join('\n');
  const button =
    'display:inline-block;padding:12px 20px;background:#1f4b99;color:#fff;border-radius:6px;text-decoration:none';
  return `<!doctype html>
<html lang="${language}"><body style="font-family:sans-serif;color:#1b2430;max-width:36em">
${body}
<p><a href="${escapeHtml(link)}" style="${button}">${escapeHtml(action)}</a></p>
<hr><p style="color:#5a6675;font-size:85%">${escapeHtml(footer)}</p>
</body></html>`;
}
