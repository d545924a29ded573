import type { Message, MessageHead } from './message.js';
import type { Words } from './words.js';

/** The list of mails; it looks again by itself. */
export function listPage(words: Words, heads: readonly MessageHead[]): string {
  const rows = heads.map(
    ({ id, at, to, subject }) =>
      `<tr><td><time datetime="${at}">${at.slice(0, 19).replace('T', ' ')}</time></td>` +
      `<td>${escape(to.join(', '))}</td><td><a href="/messages/${id}">${escape(subject || '–')}</a></td></tr>`,
  );
  const table =
    rows.length === 0
      ? `<p>${words.empty}</p>`
      : `<div class="scroll"><table><thead><tr><th scope="col">${words.received} (UTC)</th><th scope="col">${words.to}</th>` +
        `<th scope="col">${words.subject}</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>` +
        `<form method="post" action="/delete"><button>${words.clear}</button></form>`;
  return page(words, words.title, `<p>${words.intro}</p>${table}`, '<meta http-equiv="refresh" content="5">');
}

/** One mail: its HTML in a frame that may run and load nothing, its text, its links. */
export function messagePage(words: Words, message: Message): string {
  const { id, from, to, at, subject, html, text, links, attachments } = message;
  const parts = [
    `<p><a href="/">${words.back}</a></p><dl><dt>${words.from}</dt><dd>${escape(from)}</dd><dt>${words.to}</dt>` +
      `<dd>${escape(to.join(', '))}</dd><dt>${words.received}</dt><dd>${at}</dd></dl>`,
    html === null
      ? ''
      : `<h2>${words.formatted}</h2><iframe title="${words.formatted}" src="/messages/${id}/html" ` +
        'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>',
    `<h2>${words.plain}</h2><pre>${escape(text)}</pre>`,
    section(
      words.links,
      links.map((url) => `<a href="${escape(url)}" rel="noreferrer">${escape(url)}</a>`),
    ),
    section(
      words.attachments,
      attachments.map(({ name, type, size }) => escape(`${name} (${type}, ${size})`)),
    ),
    `<p><a href="/messages/${id}/source">${words.source}</a></p>`,
    `<form method="post" action="/messages/${id}/delete"><button>${words.remove}</button></form>`,
  ];
  return page(words, subject || '–', parts.join(''));
}

function section(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<h2>${title}</h2><ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

function page(words: Words, title: string, body: string, head = ''): string {
  return (
    `<!doctype html><html lang="${words.language}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width">${head}<title>${escape(title)}</title>` +
    '<link rel="stylesheet" href="/style.css"><link rel="icon" href="data:,"></head>' +
    `<body><main><h1>${escape(title)}</h1>${body}</main></body></html>`
  );
}

const marks: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (mark) => marks[mark] ?? mark);
}
