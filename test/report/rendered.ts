import MarkdownIt, { type Token } from 'markdown-it';

/** HTML that the templates write themselves; anything else came from outside. */
const own =
  /^(<details( open)?><summary>(⚠️ )?[\w :,]+<\/summary>|<\/details>|<\/?sub>|<br>|<!-- tidegate:plan repository=\d+ pull-request=\d+ -->)$/;

/** What GitHub would act on in rendered text outside of code, and what hides text. */
const living = /@[\w-]|(?<!\w)#\d|\bGH-\d|[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u;

/** What a reader meets of what GitHub renders: links by address, HTML by line, text by run. */
export interface Rendered {
  readonly links: readonly string[];
  readonly html: readonly string[];
  readonly texts: readonly string[];
  /** Contents of fenced blocks. */
  readonly fences: readonly string[];
}

export function rendered(markdown: string): Rendered {
  const tokens = new MarkdownIt({ html: true, linkify: true, breaks: true }).parse(markdown, {});
  const all = [...tokens, ...tokens.flatMap((token) => token.children ?? [])];
  return {
    links: all.filter(isLink).map((token) => String(token.attrGet('href') ?? token.attrGet('src'))),
    html: all
      .filter(({ type }) => type.startsWith('html_'))
      .flatMap(({ content }) => content.trim().split('\n')),
    texts: all.filter(({ type }) => type === 'text').map(({ content }) => content),
    fences: all.filter(({ type }) => type === 'fence').map(({ content }) => content),
  };
}

function isLink({ type }: Token): boolean {
  return type === 'link_open' || type === 'image';
}

/** Everything in it that no template wrote and that is more than text; `numbers` may be referred to. */
export function foreignParts(
  markdown: string,
  ownLink: string,
  numbers: readonly number[],
): readonly string[] {
  const { links, html, texts } = rendered(markdown);
  const withoutOwn = texts.map((text) => numbers.reduce((rest, n) => rest.replaceAll(`#${n}`, ''), text));
  return [
    ...links.filter((address) => address !== ownLink),
    ...html.filter((line) => !own.test(line.trim())),
    ...withoutOwn.filter((text) => living.test(text)),
  ];
}

/** Whether every `<details>` is closed, outside of code. */
export function isBalanced(markdown: string): boolean {
  const { html } = rendered(markdown);
  const opened = html.filter((line) => line.trim().startsWith('<details')).length;
  return opened === html.filter((line) => line.trim() === '</details>').length;
}
