import { revealLine } from '../report/escape/reveal.ts';
import { textWidth } from './text-width.ts';

/** Columns as wide as they have to be; the last one ends where it ends. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const clean = rows.map((row) => row.map(revealLine));
  const widths = (clean[0] ?? []).map((_, column) =>
    Math.max(...clean.map((row) => textWidth(row[column] ?? ''))),
  );
  return clean.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : padded(cell, widths[column] ?? 0)))
      .join('  '),
  );
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - textWidth(cell)));
}

/** Blocks of lines with an empty line between them; what could move the cursor is shown. */
export function paragraphs(blocks: readonly (readonly string[])[]): string {
  const shown = blocks.filter((lines) => lines.length > 0).map((lines) => lines.map(oneLine).join('\n'));
  return `${shown.join('\n\n')}\n`;
}

/** The indent stays, and so do the gaps between columns. */
function oneLine(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const parts = line.slice(indent.length).split(/( {2,})/);
  return indent + parts.map((part, at) => (at % 2 === 0 ? revealLine(part) : part)).join('');
}
