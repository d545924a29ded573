import { LocalError } from '../project.js';
import type { MessageHead, Message } from '../mailbox/message.js';
import { patiently, until } from './patient-client.js';
import { findForms } from './site-form.js';

/** The newest mail to an address that carries a link, once it has come. */
export async function awaitMail(mailbox: string, address: string, since: string): Promise<Message> {
  return until(`the mail to ${address}`, async () => {
    const list = await fetch(`${mailbox}/api/messages?to=${encodeURIComponent(address)}`);
    const { messages } = (await list.json()) as { messages: MessageHead[] };
    const head = messages.find(({ at }) => at >= since);
    if (head === undefined) return null;
    return (await (await fetch(`${mailbox}/api/messages/${head.id}`)).json()) as Message;
  });
}

/**
 * Signs on the platform's site as a person does: opens the link, asks for a code when the page offers
 * no place for one yet, types it, sends the form. Whether it went through, the contract tells.
 */
export async function signOnSite(link: string, code: string): Promise<void> {
  const cookies = new Map<string, string>();
  let page = await open(link, cookies);
  for (let steps = 0; steps < 4; steps += 1) {
    const forms = findForms(page.html, page.url);
    const place = forms.find(({ fields }) => 'code' in fields);
    const form = place ?? forms.find(({ action }) => !/lang/i.test(action));
    if (form === undefined)
      throw new LocalError(`The platform's page has no form to go on with: ${page.url}`);
    page = await open(form.action, cookies, { ...form.fields, ...(place === undefined ? {} : { code }) });
    if (place !== undefined) return;
  }
  throw new LocalError(`The platform's page never asked for the code: ${page.url}`);
}

interface Page {
  readonly url: string;
  readonly html: string;
}

/** One page, redirects followed by hand so that cookies are kept. */
async function open(url: string, cookies: Map<string, string>, form?: Record<string, string>): Promise<Page> {
  const response = await patiently(() =>
    fetch(url, {
      redirect: 'manual',
      headers: {
        Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        Origin: new URL(url).origin,
        'Accept-Language': 'fr',
      },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    }),
  );
  for (const cookie of response.headers.getSetCookie()) {
    const [pair = ''] = cookie.split(';');
    cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
  }
  const next = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && next !== null) {
    return open(new URL(next, url).href, cookies);
  }
  return { url, html: await response.text() };
}
