import { reveal, revealLine } from './reveal.ts';

/**
 * Text as inline Markdown that says exactly that text: no markup, HTML, link, mention or reference comes of it.
 * GitHub looks for mentions and references after rendering, where a backslash is gone: an empty character
 * parts them instead.
 */
export function escapeText(text: string): string {
  return revealLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]|~$]/g, '\\$&')
    .replace(/#(?!\d)/g, '\\#')
    .replace(/(?<!&)#(?=\d)|@/g, '$&&#8203;')
    .replace(/:(?=\/\/)|(?<=www)\.|(?<=\bGH)-(?=\d)/gi, '&#8203;$&')
    .replace(/(?<=^\d+)[.)](?=\s|$)|^[-+=]/, '\\$&');
}

/** Text as a code span, in which GitHub finds neither markup nor mentions. In a table's cell, `inCell`. */
export function codeSpan(text: string, inCell = false): string {
  const line = revealLine(text);
  if (line === '') return '(empty)';
  const ticks = '`'.repeat(longestRun(line) + 1);
  const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  const span = `${ticks}${padding}${line}${padding}${ticks}`;
  return inCell ? span.replaceAll('|', '\\|') : span;
}

/** Text as a fenced code block whose fence is longer than any run of backticks inside. */
export function fenced(text: string, language: string): string {
  const shown = reveal(text).replace(/\n+$/, '');
  const fence = '`'.repeat(Math.max(3, longestRun(shown) + 1));
  return `${fence}${language}\n${shown}\n${fence}`;
}

/** A sentence of Tidegate's own words around names from outside: `code` stays code, all else is only text. */
const ownMarkup = /`([^`\n]+)`|(?<![\w/#&])#(\d+)(?!\w)/g;

/**
 * A sentence as inline Markdown: what stands in backticks becomes a code span, `#12` a reference where 12 is
 * among `references`, and everything else is escaped.
 */
export function escapeSentence(sentence: string, references: readonly number[]): string {
  let markdown = '';
  let end = 0;
  for (const match of sentence.matchAll(ownMarkup)) {
    const [whole, code, number] = match;
    if (code === undefined && !references.includes(Number(number))) continue;
    markdown += spaced(sentence.slice(end, match.index));
    markdown += code === undefined ? whole : codeSpan(code);
    end = match.index + whole.length;
  }
  return markdown + spaced(sentence.slice(end));
}

/** Escaped, the spaces at both ends kept: they part it from its neighbours. */
function spaced(text: string): string {
  const isBlank = text.trim() === '';
  const before = /^\s/.test(text) ? ' ' : '';
  const after = !isBlank && /\s$/.test(text) ? ' ' : '';
  return `${before}${escapeText(text)}${after}`;
}

/** A link with Tidegate's own words and address. */
export function link(words: string, url: string): string {
  const address = url.replace(/[\s<>()\\]/g, (character) =>
    encodeURIComponent(character).replace(/[()]/, hex),
  );
  return `[${words}](${address})`;
}

function hex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
