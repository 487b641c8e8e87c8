import MarkdownIt, { type StateCore, type Token } from 'markdown-it';
import { sanitise } from './sanitise.ts';

/** Where the short forms of GitHub-flavoured Markdown lead; null leaves them as text. */
export interface ShortLinks {
  readonly mention: (name: string) => string | null;
  readonly issue: (number: number) => string | null;
}

/** A comment as GitHub would show it, safe to put into a page. */
export function renderMarkdown(source: string, links: ShortLinks): string {
  const markdown = new MarkdownIt({ html: true, linkify: true, breaks: true, highlight });
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  markdown.core.ruler.push('short_links', (state) => linkShortForms(state, links));
  markdown.core.ruler.push('alerts', markAlerts);
  markdown.core.ruler.push('tasks', markTasks);
  return sanitise(markdown.render(source));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Colours a fence marked `diff`; others stay plain. */
function highlight(code: string, language: string): string {
  if (language !== 'diff') return '';
  const lines = code.replace(/\n$/, '').split('\n');
  return `<pre class="diff"><code>${lines.map(diffLine).join('\n')}</code></pre>`;
}

function diffLine(line: string): string {
  const kinds: Readonly<Record<string, string>> = { '+': 'diff-add', '-': 'diff-del', '@': 'diff-hunk' };
  const kind = kinds[line.charAt(0)];
  return kind === undefined ? escape(line) : `<span class="${kind}">${escape(line)}</span>`;
}

const shortForm = /(?<![\w/@#&.-])(?:@([a-z\d][a-z\d-]{0,38}(?:\/[\w-]+)?)|#(\d{1,9}))(?![\w-])/gi;

/** `@name`, `@organisation/team` and `#12` in text, not in code or in other links. */
function linkShortForms(state: StateCore, links: ShortLinks): void {
  for (const block of state.tokens) {
    if (block.children === null) continue;
    let depth = 0;
    block.children = block.children.flatMap((token) => {
      if (token.type === 'link_open') depth += 1;
      if (token.type === 'link_close') depth -= 1;
      return token.type === 'text' && depth === 0 ? linked(state, token, links) : [token];
    });
  }
}

function linked(state: StateCore, token: Token, links: ShortLinks): Token[] {
  const parts: Token[] = [];
  let end = 0;
  for (const match of token.content.matchAll(shortForm)) {
    const [whole, name, number] = match;
    const href = name === undefined ? links.issue(Number(number)) : links.mention(name);
    if (href === null) continue;
    parts.push(textToken(state, token.content.slice(end, match.index)), ...link(state, href, whole));
    end = match.index + whole.length;
  }
  return [...parts, textToken(state, token.content.slice(end))];
}

function textToken(state: StateCore, content: string): Token {
  const token = new state.Token('text', '', 0);
  token.content = content;
  return token;
}

function link(state: StateCore, href: string, text: string): Token[] {
  const open = new state.Token('link_open', 'a', 1);
  open.attrSet('href', href);
  if (text.startsWith('@')) open.attrSet('class', 'mention');
  return [open, textToken(state, text), new state.Token('link_close', 'a', -1)];
}

/** `> [!WARNING]` and its like. */
function markAlerts(state: StateCore): void {
  state.tokens.forEach((token, place) => {
    const inline = state.tokens[place + 2];
    if (token.type !== 'blockquote_open' || inline?.type !== 'inline' || inline.children === null) return;
    const kind = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]$/.exec(inline.children[0]?.content ?? '')?.[1];
    if (kind === undefined) return;
    token.attrSet('class', `alert alert-${kind.toLowerCase()}`);
    const title = `${kind.charAt(0)}${kind.slice(1).toLowerCase()}`;
    inline.children = [...strong(state, title), ...inline.children.slice(1)];
  });
}

function strong(state: StateCore, text: string): Token[] {
  return [
    new state.Token('strong_open', 'strong', 1),
    textToken(state, text),
    new state.Token('strong_close', 'strong', -1),
  ];
}

/** `- [x]` as a ticked box. */
function markTasks(state: StateCore): void {
  state.tokens.forEach((token, place) => {
    const first = token.children?.[0];
    if (
      token.type !== 'inline' ||
      first?.type !== 'text' ||
      state.tokens[place - 2]?.type !== 'list_item_open'
    )
      return;
    first.content = first.content.replace(/^\[ \] /, '☐ ').replace(/^\[x\] /i, '☑ ');
  });
}
