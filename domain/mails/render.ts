import type { MailKind } from './plan.js';
import { ENGLISH, FRENCH, NOTICE, type MailFacts } from './wording.js';

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

/** A mail as text and as HTML, in the contract's language. */
export function renderMail(kind: MailKind, language: 'fr' | 'en', facts: MailFacts): RenderedMail {
  const { subject, paragraphs, action } = (language === 'fr' ? FRENCH : ENGLISH)[kind](facts);
  const link = action === '' ? null : facts.link;
  const notice = NOTICE[language];
  const text = [...paragraphs, ...(link === null ? [] : [`${action}: ${link}`]), `-- \n${notice}`].join(
    '\n\n',
  );
  // A header is one line, whatever a label holds.
  return {
    subject: subject.replace(/[\r\n]+/g, ' '),
    text,
    html: page(paragraphs, action, link, notice, language),
  };
}

/** A mail without a link and without the notice about the platform: to those who run a client. */
export function renderPlain(subject: string, paragraphs: string[]): RenderedMail {
  const body = paragraphs.map((paragraph) => `<p>${escape(paragraph)}</p>`).join('');
  return {
    subject: subject.replace(/[\r\n]+/g, ' '),
    text: paragraphs.join('\n\n'),
    html: `<!doctype html><html><body style="font-family:sans-serif;line-height:1.5">${body}</body></html>`,
  };
}

function page(
  paragraphs: string[],
  action: string,
  link: string | null,
  notice: string,
  language: string,
): string {
  const body = paragraphs.map((paragraph) => `<p>${escape(paragraph)}</p>`).join('');
  const style =
    'display:inline-block;padding:12px 20px;background:#1d4ed8;color:#fff;text-decoration:none;border-radius:6px';
  const button =
    link === null ? '' : `<p><a href="${escape(link)}" style="${style}">${escape(action)}</a></p>`;
  return `<!doctype html><html lang="${language}"><body style="font-family:sans-serif;line-height:1.5;color:#1f2937;max-width:36rem;margin:2rem auto">${body}${button}<p style="color:#6b7280;font-size:.85rem;border-top:1px solid #e5e7eb;padding-top:1rem">${escape(notice)}</p></body></html>`;
}

function escape(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/** The client's signing page for one signatory: `{contract}`, `{signatory}` and `{reference}` are filled in. */
export function fillLink(
  template: string,
  values: { contract: string; signatory: string; reference: string },
): string {
  return template.replace(/\{(contract|signatory|reference)\}/g, (_match, name: keyof typeof values) =>
    encodeURIComponent(values[name]),
  );
}
