import { onTestFinished } from 'vitest';

/** A browser without scripts: it keeps cookies, follows redirects and fills in the forms of the page it is on. */
export interface Visitor {
  /** Opens a path; the page that is shown in the end. */
  readonly open: (path: string) => Promise<Shown>;
  /** Sends the form of the page last opened that posts to `action`, with these fields set. */
  readonly send: (action: string, fields?: Readonly<Record<string, string>>) => Promise<Shown>;
}

export interface Shown {
  readonly status: number;
  readonly path: string;
  readonly html: string;
  /** What a reader sees: without tags, entities decoded, one space between words. */
  readonly text: string;
  readonly headers: Headers;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#x27': "'",
  '#x3D': '=',
  '#x60': '`',
};

/** The text of HTML, roughly as a screen reader would read it. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<head[\s\S]*?<\/head>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole)
    .replace(/\s+/g, ' ')
    .trim();
}

/** Fields that a form already has, by name. */
function hiddenFields(form: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [, name = '', value = ''] of form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g))
    fields[name] = value.replace(/&(#?\w+);/g, (whole, entity: string) => entities[entity] ?? whole);
  return fields;
}

export function visitor(origin: string): Visitor {
  const cookies = new Map<string, string>();
  let current = '';
  const ended = new AbortController();
  onTestFinished(() => ended.abort());

  const request = async (path: string, init: RequestInit): Promise<Shown> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...Object.fromEntries(new Headers(init.headers)), accept: 'text/html', cookie };
    const response = await fetch(`${origin}${path}`, {
      ...init,
      headers,
      redirect: 'manual',
      signal: ended.signal,
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^(\w+)=([^;]*)/.exec(line) ?? [];
      if (line.includes('Max-Age=0')) cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location !== null) return request(location.replace(/#.*$/, ''), {});
    current = await response.text();
    return {
      status: response.status,
      path,
      html: current,
      text: textOfHtml(current),
      headers: response.headers,
    };
  };
  return {
    open: (path) => request(path, {}),
    send: (action, fields = {}) => {
      const form = (current.match(/<form[\s\S]*?<\/form>/g) ?? []).find((one) => isFor(one, action, fields));
      if (form === undefined) throw new Error(`The page has no form that posts to ${action}`);
      return request(action, {
        method: 'POST',
        body: new URLSearchParams({ ...hiddenFields(form), ...fields }),
      });
    },
  };
}

/** Whether a form goes there by itself or by one of its buttons, and its fixed values are the wanted ones. */
function isFor(form: string, action: string, fields: Readonly<Record<string, string>>): boolean {
  const fixed = Object.entries(hiddenFields(form));
  return (
    form.includes(`action="${action}"`) && fixed.every(([name, value]) => (fields[name] ?? value) === value)
  );
}

/** A visitor who acts as one of the people. */
export async function visitorAs(origin: string, login: string): Promise<Visitor> {
  const browser = visitor(origin);
  await browser.open('/_act-as');
  await browser.send('/_act-as', { login });
  return browser;
}
