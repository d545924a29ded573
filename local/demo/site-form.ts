/** A form of a page, with what the browser would send of it. */
export interface SiteForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The forms of a page that are sent by POST, boxes ticked, as a willing reader would send them. */
export function findForms(html: string, pageUrl: string): SiteForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)]
    .filter(([, head = '']) => /\bmethod\s*=\s*"?post/i.test(head))
    .map(([, head = '', body = '']) => ({
      action: new URL(attribute(head, 'action') ?? pageUrl, pageUrl).href,
      fields: Object.fromEntries(
        [...body.matchAll(/<(?:input|button|textarea)\b([^>]*)>/gi)].flatMap(([, tag = '']) => {
          const name = attribute(tag, 'name');
          return name === null
            ? []
            : [[name, attribute(tag, 'value') ?? (/checkbox/i.test(tag) ? 'on' : '')]];
        }),
      ),
    }));
}

function attribute(tag: string, name: string): string | null {
  const found = new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`, 'i').exec(tag)?.[1];
  return found?.replaceAll('&amp;', '&').replaceAll('&quot;', '"') ?? null;
}
