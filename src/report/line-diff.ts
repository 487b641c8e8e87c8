/** Above so many pairs of lines the diff is all out, all in: the table would cost more than it tells. */
const mostPairs = 1_000_000;

/** The lines of a unified diff from `before` to `after`, each with its `-`, `+` or space. */
export function lineDiff(before: string, after: string): readonly string[] {
  const olds = linesOf(before);
  const news = linesOf(after);
  if (olds.length * news.length > mostPairs) return [...olds.map(removed), ...news.map(added)];
  const common = commonLengths(olds, news);
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < olds.length || j < news.length) {
    const old = olds[i];
    const fresh = news[j];
    if (old !== undefined && old === fresh) {
      lines.push(` ${old}`);
      i += 1;
      j += 1;
    } else if (old !== undefined && (fresh === undefined || at(common, i + 1, j) >= at(common, i, j + 1))) {
      lines.push(removed(old));
      i += 1;
    } else if (fresh !== undefined) {
      lines.push(added(fresh));
      j += 1;
    }
  }
  return lines;
}

/** `table[i][j]`: how many lines the rests from i and from j have in common, in order. */
function commonLengths(olds: readonly string[], news: readonly string[]): readonly Uint32Array[] {
  const table = Array.from({ length: olds.length + 1 }, () => new Uint32Array(news.length + 1));
  for (let i = olds.length - 1; i >= 0; i -= 1) {
    for (let j = news.length - 1; j >= 0; j -= 1) {
      const row = table[i];
      if (row === undefined) continue;
      row[j] =
        olds[i] === news[j]
          ? at(table, i + 1, j + 1) + 1
          : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}

function at(table: readonly Uint32Array[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function removed(line: string): string {
  return `-${line}`;
}

function added(line: string): string {
  return `+${line}`;
}
