/** Follows pages of forms as a person with a browser does, without scripts. */
export type Browser = {
  open(url: string): Promise<Page>;
  /** Sends the page's form with these fields, besides the hidden ones. */
  submit(page: Page, fields: Record<string, string>): Promise<Page>;
};
export type Page = { url: string; status: number; html: string };

export function createBrowser(): Browser {
  const cookies = new Map<string, string>();
  const visit = async (url: string, body?: URLSearchParams, hops = 5): Promise<Page> => {
    const response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      body,
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      signal: AbortSignal.timeout(30_000),
    });
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    const next = response.headers.get('location');
    if (next !== null && hops > 0) return await visit(new URL(next, url).href, undefined, hops - 1);
    return { url, status: response.status, html: await response.text() };
  };
  return {
    open: (url) => visit(url),
    submit: (page, fields) => {
      const action = /<form[^>]*\saction="([^"]*)"/.exec(page.html)?.[1] ?? '';
      const url = new URL(action.replaceAll('&amp;', '&'), page.url).href;
      return visit(url, new URLSearchParams({ ...hiddenFields(page.html), ...fields }));
    },
  };
}

export const hasField = ({ html }: Page, name: string): boolean => html.includes(`name="${name}"`);

function keep(cookies: Map<string, string>, line: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (/max-age=0/i.test(line)) cookies.delete(name);
  else cookies.set(name, value);
}

function hiddenFields(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([tag]) => tag);
  const pairs = inputs.map((tag) => [
    /\sname="([^"]*)"/.exec(tag)?.[1] ?? '',
    /\svalue="([^"]*)"/.exec(tag)?.[1] ?? '',
  ]);
  return Object.fromEntries(pairs);
}
