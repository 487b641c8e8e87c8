import { revealLine } from '../report/escape/reveal.ts';

/** Columns as wide as they have to be; the last one ends where it ends. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const clean = rows.map((row) => row.map(revealLine));
  const widths = (clean[0] ?? []).map((_, column) =>
    Math.max(...clean.map((row) => row[column]?.length ?? 0)),
  );
  return clean.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  '),
  );
}

/** Blocks of lines with an empty line between them; what could move the cursor is shown. */
export function paragraphs(blocks: readonly (readonly string[])[]): string {
  const shown = blocks.filter((lines) => lines.length > 0).map((lines) => lines.map(oneLine).join('\n'));
  return `${shown.join('\n\n')}\n`;
}

/** The indent stays. */
function oneLine(line: string): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  return `${indent}${line.slice(indent.length).split('  ').map(revealLine).join('  ')}`;
}
