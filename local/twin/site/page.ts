import { html, type Html } from '../html.js';
import type { Language, Rules } from '../model.js';
import type { Done, Texts } from './texts.js';

export interface Page {
  readonly texts: Texts;
  readonly language: Language;
  readonly title: string;
  /** Where this page can be opened again, also when a refused form shows it. */
  readonly path: string;
  readonly rules: Rules | null;
  readonly body: Html;
  /** What the form just sent has led to. */
  readonly message?: Message | null;
  /** More in the bar on top, such as signing out. */
  readonly menu?: Html;
}

export interface Message {
  readonly kind: 'good' | 'bad';
  readonly text: string;
}

export function goodMessage(texts: Texts, done: Done | null): Message | null {
  return done === null ? null : { kind: 'good', text: texts.done[done] };
}

/** A whole page. Everything it needs comes from the site itself; no script. */
export function renderPage(page: Page): string {
  const { texts, language } = page;
  const other = language === 'fr' ? 'en' : 'fr';
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${page.title} – Contrat-Privé (${texts.badge})</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/site.css" />
      </head>
      <body>
        <a class="skip" href="#content">${texts.skip}</a>
        <header class="bar">
          <div>
            <a class="brand" href="/">Contrat-Privé</a> <span class="badge">${texts.badge}</span>
            <nav>
              ${page.menu ?? null}<a href="${page.path}?lang=${other}" lang="${other}" hreflang="${other}"
                >${texts.otherLanguage}</a
              >
            </nav>
          </div>
        </header>
        <main id="content">${messageOf(page.message ?? null)} ${page.body}</main>
        <footer><p>${texts.footer(page.rules)}</p></footer>
      </body>
    </html>`.text;
}

function messageOf(message: Message | null): Html | null {
  if (message === null) return null;
  const role = message.kind === 'bad' ? 'alert' : 'status';
  return html`<p class="message ${message.kind}" role="${role}">${message.text}</p>`;
}

/** A form of the site; every one carries the session's token. */
export function form(action: string, token: string, content: Html): Html {
  return html`<form method="post" action="${action}" autocomplete="off">
    <input type="hidden" name="form" value="${token}" />
    ${content}
  </form>`;
}
