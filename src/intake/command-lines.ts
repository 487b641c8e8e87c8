import markdownIt, { type Token } from 'markdown-it';

// GitHub shows HTML, so what stands in its blocks and comments is no plain text. Escapes are kept apart from text.
const markdown = markdownIt({ html: true }).disable('text_join');

/**
 * The lines of a comment that start with a slash and that a reader sees as plain text: not in a quote, a code
 * block, inline code or HTML, as Markdown has them.
 */
export function commandLines(body: string): readonly string[] {
  const lines = body.split(/\r\n|\r|\n/);
  if (!lines.some((line) => line.startsWith('/'))) return [];
  let quotes = 0;
  return markdown.parse(body, {}).flatMap((token) => {
    if (token.type === 'blockquote_open') quotes += 1;
    if (token.type === 'blockquote_close') quotes -= 1;
    return token.type === 'inline' && quotes === 0 ? slashLines(token, lines) : [];
  });
}

function slashLines(paragraph: Token, lines: readonly string[]): readonly string[] {
  const [from, to] = paragraph.map ?? [0, 0];
  const shown = plainLines(paragraph);
  return lines
    .slice(from, to)
    .map((line) => line.trimEnd())
    .filter((line) => {
      // Inline code can span lines: what is no line of plain text is left out, however it starts.
      const place = line.startsWith('/') ? shown.indexOf(line) : -1;
      if (place !== -1) shown.splice(place, 1);
      return place !== -1;
    });
}

/** The lines of a paragraph as shown, those with more than plain text in them left out. */
function plainLines(paragraph: Token): string[] {
  const shown: string[] = [];
  let line: string | null = '';
  for (const child of paragraph.children ?? []) {
    if (child.type === 'softbreak' || child.type === 'hardbreak') {
      if (line !== null) shown.push(line.trimEnd());
      line = '';
    } else if (line !== null) line = child.type === 'text' ? line + child.content : null;
  }
  if (line !== null) shown.push(line.trimEnd());
  return shown;
}
