import type { Results } from './measurement.ts';
import { drawCurve } from './curve.ts';
import { withPart } from './documents.ts';
import { environmentsName } from './environments-name.ts';
import {
  loadRows,
  markdownTable,
  plainTable,
  ratioRows,
  sizesTable,
  verdictRows,
  type Row,
} from './table.ts';
import { verdicts } from './targets.ts';

/** For a terminal: all that was measured, and what it comes to. */
export function textReport(results: Results, peers: readonly string[], machine: string | null): string {
  const suites = [...new Set([...results.measured, ...results.missed].map(({ suite }) => suite))];
  const parts = [
    ...(machine === null ? [] : [machine]),
    ...suites
      .map((suite) => ({ suite, rows: sizesTable(results, suite, { withSpread: true }) }))
      .filter(({ suite }) => suite !== 'load')
      .map(({ suite, rows }) => `${suite}\n${plainTable(rows)}`),
    titled('load', loadRows(results.measured)),
    titled('ratios', ratioRows(results.measured, peers)),
    titled('targets', verdictRows(verdicts(results.measured, peers))),
    titled(
      'not done',
      results.missed.map((one) => [`${one.case} at ${one.size}`, one.reason]),
    ),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function titled(title: string, rows: readonly Row[]): string {
  return rows.length === 0 ? '' : `${title}\n${plainTable(rows)}`;
}

/** docs/performance.md with these results in it. The machine stays as it is where none is given. */
export function withResults(
  document: string,
  results: Results,
  { peers, machine }: { readonly peers: readonly string[]; readonly machine: string | null },
): string {
  const { measured, missed } = results;
  const figures = [
    markdownTable(sizesTable(results, 'plan', { withSpread: false })),
    ...missed.map((one) => `\`${one.case}\` at ${one.size} was not done: ${one.reason}.`),
    runsSentence(results),
  ].join('\n\n');
  const load = loadRows(measured);
  const environments = sizesTable(results, environmentsName, { withSpread: true });
  const parts = {
    ...(machine === null ? {} : { machine }),
    figures,
    ratios: markdownTable([['ratio', ''], ...ratioRows(measured, peers)]),
    load: load.length === 0 ? 'Not measured in this run.' : markdownTable([['20 at once', ''], ...load]),
    targets: markdownTable([['target', 'found', ''], ...verdictRows(verdicts(measured, peers))]),
    profile: markdownTable(sizesTable(results, 'profile', { withSpread: false })),
    environments: environments.length === 1 ? 'Not measured in this run.' : markdownTable(environments),
  };
  return Object.entries(parts).reduce((text, [name, part]) => withPart(text, name, part), document);
}

/** How many runs are behind the medians. */
function runsSentence({ measured }: Results): string {
  const counts = measured.filter(({ suite }) => suite === 'plan').map(({ runs }) => runs);
  return `Medians of ${Math.min(...counts)} to ${Math.max(...counts)} runs.`;
}

/** The curve; see `drawCurve`. */
export function curveOf({ measured }: Results): string {
  return drawCurve(measured);
}
