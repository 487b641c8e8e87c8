import { find, type Measurement, type Results } from './measurement.ts';
import { loadName } from './load-name.ts';
import { number, ratio, type Verdict } from './targets.ts';

export type Row = readonly string[];

/** Columns of equal width, the first to the left, the others to the right. */
export function plainTable(rows: readonly Row[]): string {
  const widths = widthsOf(rows);
  return rows
    .map((row) =>
      row
        .map((cell, at) => padded(cell, widths[at] ?? 0, at))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

/** The same as Markdown, as prettier would write it; the first row is the head. */
export function markdownTable([head = [], ...rows]: readonly Row[]): string {
  const widths = widthsOf([head, ...rows]).map((width) => Math.max(width, 3));
  const line = (row: Row): string =>
    `| ${row.map((cell, at) => padded(cell, widths[at] ?? 0, at)).join(' | ')} |`;
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

function widthsOf(rows: readonly Row[]): readonly number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, at) =>
    Math.max(0, ...rows.map((row) => (row[at] ?? '').length)),
  );
}

function padded(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

/** A suite's cases by size: medians in milliseconds, with the spread where `withSpread`. */
export function sizesTable(
  { measured, missed }: Results,
  suite: string,
  { withSpread }: { readonly withSpread: boolean },
): readonly Row[] {
  const own = measured.filter((one) => one.suite === suite && one.unit === 'ms');
  const absent = missed.filter((one) => one.suite === suite);
  const sizes = [...new Set([...own, ...absent].map(({ size }) => size))].toSorted((a, b) => a - b);
  const cases = [...new Set([...own, ...absent].map((one) => one.case))];
  const cell = (name: string, size: number): string => {
    const one = find(own, name, size);
    if (one !== undefined) return withSpread ? spread(one) : number(one.median);
    return absent.some((other) => other.case === name && other.size === size) ? 'not done' : '–';
  };
  return [
    ['ms', ...sizes.map(number)],
    ...cases.map((name): Row => [name, ...sizes.map((size) => cell(name, size))]),
  ];
}

function spread({ median, min, max, runs }: Measurement): string {
  return `${number(median)} (${number(min)} to ${number(max)}, ${runs} ${runs === 1 ? 'run' : 'runs'})`;
}

/** The ratios that say whether it scales, and what it is beside the others. */
export function ratioRows(measured: readonly Measurement[], peers: readonly string[]): readonly Row[] {
  const ms = (name: string, size: number): number | null => find(measured, name, size)?.median ?? null;
  const row = (what: string, over: [string, number], under: [string, number]): readonly Row[] => {
    const value = ratio(ms(...over), ms(...under));
    return value === null ? [] : [[what, `${number(value)} ×`]];
  };
  const service = 'tidegate-service';
  const sizes = [...new Set(measured.map(({ size }) => size))].toSorted((a, b) => a - b);
  return [
    ...row('service at 2,000 ÷ floor', [service, 2_000], ['floor', 2_000]),
    ...row('service at 2,000 ÷ at 100', [service, 2_000], [service, 100]),
    ...row('service at 10,000 ÷ at 100', [service, 10_000], [service, 100]),
    ...sizes.flatMap((size) =>
      row(`JavaScript ÷ SQL at ${number(size)}`, ['tidegate-service-js', size], [service, size]),
    ),
    ...sizes.flatMap((size) => {
      const known = peers.filter((peer) => ms(peer, size) !== null);
      const best = known.toSorted((a, b) => (ms(a, size) ?? 0) - (ms(b, size) ?? 0))[0];
      if (best === undefined) return [];
      return row(
        `${best}, the fastest other tool, ÷ service at ${number(size)}`,
        [best, size],
        [service, size],
      );
    }),
    ...sizes.flatMap((size) =>
      peers.flatMap((peer) =>
        row(`${peer} ÷ warm command at ${number(size)}`, [peer, size], ['tidegate-cli-warm', size]),
      ),
    ),
  ];
}

/** What twenty plans at once come to, the first twenty of a new process last. */
export function loadRows(measured: readonly Measurement[]): readonly Row[] {
  const words = { 'plans/s': 'plans a second', ms: 'ms until 95 % are done', MB: 'MB at its peak' } as const;
  return measured
    .filter((one) => one.case.startsWith(loadName))
    .map((one) => {
      const first = one.case === loadName ? '' : ', the first 20 after its start';
      return [`${words[one.unit]}, after ${number(one.size)} migrations${first}`, spread(one)];
    });
}

export function verdictRows(verdicts: readonly Verdict[]): readonly Row[] {
  return verdicts.map(({ target, found, isMet, off }) => {
    const word = found === null ? 'not measured' : isMet ? 'met' : `short: ${off}`;
    return [target, found ?? '–', word];
  });
}
