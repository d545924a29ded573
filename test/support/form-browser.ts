export interface SeenPage {
  readonly status: number;
  readonly url: string;
  readonly html: string;
  readonly headers: Headers;
}

/** A browser that knows cookies, redirects and forms, and nothing else: for sites that need no script. */
export interface FormBrowser {
  open(url: string): Promise<SeenPage>;
  /** Sends the form whose action ends so, with its hidden fields and these. */
  submit(page: SeenPage, actionEnds: string, fields?: Record<string, string>): Promise<SeenPage>;
  /** Sends fields without having seen a form. */
  post(url: string, fields: Record<string, string>): Promise<SeenPage>;
}

export function createFormBrowser(): FormBrowser {
  const jar = new Map<string, string>();

  const go = async (url: string, init: RequestInit = {}): Promise<SeenPage> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const next = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && next !== null) {
      return go(new URL(next, url).href);
    }
    return { status: response.status, url, html: await response.text(), headers: response.headers };
  };
  const post = (url: string, fields: Record<string, string>): Promise<SeenPage> =>
    go(url, { method: 'POST', body: new URLSearchParams(fields) });

  return {
    open: (url) => go(url),
    post,
    submit: (page, actionEnds, fields = {}) => {
      for (const [, action = '', content = ''] of page.html.matchAll(
        /<form method="post" action="([^"]+)"[^>]*>(.*?)<\/form>/gs,
      )) {
        if (!action.endsWith(actionEnds)) continue;
        const hidden = [...content.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
          ([, name = '', value = '']) => [name, value] as const,
        );
        return post(new URL(action, page.url).href, { ...Object.fromEntries(hidden), ...fields });
      }
      throw new Error(`No form to ${actionEnds} on ${page.url}`);
    },
  };
}
