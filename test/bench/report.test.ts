import { describe, expect, test } from 'vitest';
import { benchArguments } from '../../bench/arguments.ts';
import { shares } from '../../bench/busy.ts';
import { drawCurve } from '../../bench/curve.ts';
import { withPart } from '../../bench/documents.ts';
import { parseMeasurements, type Measurement } from '../../bench/measurement.ts';
import { withResults } from '../../bench/report.ts';
import { roundRobin, type Contestant } from '../../bench/round-robin.ts';
import { median, percentile, summary } from '../../bench/statistics.ts';
import { markdownTable, plainTable, ratioRows, sizesTable } from '../../bench/table.ts';
import { number, verdicts } from '../../bench/targets.ts';
import { readFile } from 'node:fs/promises';

const peers = ['slow-tool', 'quick-tool'];

const measured: readonly Measurement[] = [
  ms('tidegate-service', 100, 40),
  ms('slow-tool', 100, 500),
  ms('quick-tool', 100, 90),
  ms('tidegate-cli-warm', 100, 100),
  ms('tidegate-service', 2_000, 50),
  ms('tidegate-service-js', 2_000, 80),
  ms('floor', 2_000, 8),
  ms('slow-tool', 2_000, 9_000),
  ms('quick-tool', 2_000, 1_300),
  ms('tidegate-cli-warm', 2_000, 400),
  ms('tidegate-service', 10_000, 55),
];

function ms(name: string, size: number, value: number): Measurement {
  const spread = { median: value, min: value - 1, max: value + 1, runs: 3 };
  return { suite: 'plan', case: name, size, unit: 'ms', ...spread };
}

describe('statistics', () => {
  test.each([
    [[5], 5],
    [[9, 1, 5], 5],
    [[4, 1, 2, 3], 2.5],
  ])('the median of %j is %d', (values, expected) => expect(median(values)).toBe(expected));

  test('95 % of twenty are the nineteen quickest', () => {
    const values = Array.from({ length: 20 }, (_, at) => 20 - at);
    expect(percentile(values, 0.95)).toBe(19);
    expect(percentile([7], 0.95)).toBe(7);
  });

  test('a summary is rounded to hundredths', () => {
    expect(summary([1.2345, 3])).toEqual({ median: 2.12, min: 1.23, max: 3, runs: 2 });
    expect(() => summary([])).toThrow('no median');
  });

  test('of what is waited for at once, the first in order counts, and the rest is the rest', () => {
    const stretches = [
      { what: 'a', from: 2, to: 6 },
      { what: 'b', from: 0, to: 4 },
      { what: 'b', from: 8, to: 30 },
    ];
    const found = shares(stretches, ['a', 'b'], { from: 1, to: 10, rest: 'rest' });
    expect(Object.fromEntries(found)).toEqual({ a: 4, b: 3, rest: 2 });
  });
});

describe('taking turns', () => {
  test('every contestant runs once a round; who fails is out and named', async () => {
    const order: string[] = [];
    const contestant = (name: string, runs: number, fails = false): Contestant => ({
      name,
      size: 100,
      runs,
      measure: (run) => {
        order.push(`${name}${run}`);
        return fails && run === 1 ? Promise.reject(new Error('no\nmore')) : Promise.resolve(run + 1);
      },
    });
    const results = await roundRobin({
      suite: 'plan',
      contestants: [contestant('a', 3), contestant('b', 1), contestant('c', 3, true)],
      pause: () => Promise.resolve(),
      signal: new AbortController().signal,
      progress: () => undefined,
    });
    expect(order).toEqual(['a0', 'b0', 'c0', 'a1', 'c1', 'a2']);
    expect(results.measured.map((one) => [one.case, one.median, one.runs])).toEqual([
      ['a', 2, 3],
      ['b', 1, 1],
    ]);
    expect(results.missed).toEqual([
      { suite: 'plan', case: 'c', size: 100, reason: 'no more', isTooLong: false },
    ]);
  });
});

describe('tables', () => {
  const reason = 'took longer than 120 s';
  const missed = [{ suite: 'plan', case: 'slow-tool', size: 10_000, reason, isTooLong: true }];
  const rows = sizesTable({ measured, missed }, 'plan', { withSpread: false });

  test('a line for each case, a column for each size', () => {
    expect(plainTable(rows)).toMatchInlineSnapshot(`
      "ms                    100   2,000     10,000
      tidegate-service       40      50         55
      slow-tool             500   9,000   not done
      quick-tool             90   1,300          –
      tidegate-cli-warm     100     400          –
      tidegate-service-js     –      80          –
      floor                   –       8          –"
    `);
  });

  test('Markdown as prettier writes it', () => {
    expect(markdownTable(rows.slice(0, 2))).toMatchInlineSnapshot(`
      "| ms               | 100 | 2,000 | 10,000 |
      | ---------------- | --: | ----: | -----: |
      | tidegate-service |  40 |    50 |     55 |"
    `);
  });

  test('ratios compare sizes, kinds and tools', () => {
    expect(plainTable(ratioRows(measured, peers))).toMatchInlineSnapshot(`
      "service at 2,000 ÷ floor                                 6.25 ×
      service at 2,000 ÷ at 100                                1.25 ×
      service at 10,000 ÷ at 100                               1.38 ×
      JavaScript ÷ SQL at 2,000                                 1.6 ×
      quick-tool, the fastest other tool, ÷ service at 100     2.25 ×
      quick-tool, the fastest other tool, ÷ service at 2,000     26 ×
      slow-tool ÷ warm command at 100                             5 ×
      quick-tool ÷ warm command at 100                          0.9 ×
      slow-tool ÷ warm command at 2,000                        22.5 ×
      quick-tool ÷ warm command at 2,000                       3.25 ×"
    `);
  });

  test.each([
    [0.12345, '0.123'],
    [12.345, '12.3'],
    [1234.5, '1,235'],
  ])('%d is written as %s', (value, expected) => expect(number(value)).toBe(expected));
});

test('targets are met, missed by so much, or not measured', () => {
  const said = verdicts(measured, peers).map(({ found, isMet, off }) => [found, isMet, off]);
  expect(said).toEqual([
    ['50 ms', true, ''],
    ['42 ms', true, ''],
    ['1.25 ×', true, ''],
    ['1.38 ×', true, ''],
    ['26 ×', true, ''],
    ['at worst 1.11 × the time of quick-tool at 100', false, '1.11 × the time of quick-tool at 100'],
    ['1.6 ×', false, '0.3 × too much'],
    [null, false, ''],
    [null, false, ''],
    [null, false, ''],
    [null, false, ''],
    [null, false, ''],
    [null, false, ''],
    [null, false, ''],
  ]);
});

describe('the curve', () => {
  const svg = drawCurve([...measured, { ...ms('other', 100, 1), suite: 'load' }]);

  test('has a line and a name for each case of the suite, and none besides', () => {
    expect(svg.match(/<polyline /g)).toHaveLength(6);
    for (const name of ['tidegate-service', 'floor', 'slow-tool']) expect(svg).toContain(`>${name}</text>`);
    expect(svg).not.toContain('other');
  });

  test('is logarithmic both ways: ten times as much is the same step everywhere', () => {
    const points = [10, 100, 1_000].map((value) => ms('a', value, value));
    const path = /points="([^"]*)"/.exec(drawCurve(points))?.[1] ?? '';
    const [first, second, third] = path.split(' ').map((pair) => pair.split(',').map(Number));
    const step = (from: readonly number[] = [], to: readonly number[] = []): readonly number[] =>
      to.map((value, at) => Math.round(value - (from[at] ?? 0)));
    expect(step(first, second)).toEqual(step(second, third));
  });

  test('no name covers another', () => {
    const close = ['a', 'b', 'c'].flatMap((name) => [ms(name, 100, 50), ms(name, 2_000, 51)]);
    const places = [...drawCurve(close).matchAll(/y="([\d.]+)" text-anchor="start"/g)].map(([, y]) =>
      Number(y),
    );
    expect(places).toHaveLength(3);
    places.slice(1).forEach((y, at) => expect(y - (places[at] ?? 0)).toBeGreaterThanOrEqual(16));
  });
});

describe('the document', () => {
  test('a part is replaced between its marks, and again', () => {
    const empty = 'Before\n\n<!-- a: written by npm run bench -->\n<!-- end of a -->\n\nAfter\n';
    const once = withPart(empty, 'a', 'one');
    expect(withPart(once, 'a', 'two')).toBe(once.replace('one', 'two'));
    expect(once.startsWith('Before\n') && once.endsWith('\nAfter\n')).toBe(true);
    expect(() => withPart(empty, 'b', 'one')).toThrow('<!-- end of b -->');
  });

  test('docs/performance.md has a place for every part', async () => {
    const document = await readFile(new URL('../../docs/performance.md', import.meta.url), 'utf8');
    const filled = withResults(document, { measured, missed: [] }, { peers, machine: 'a fine machine' });
    expect(filled).toContain('a fine machine');
    expect(filled).toMatch(/\| quick-tool +\| +90 \| +1,300 \| +– \|/);
  });
});

test('what is written as JSON is read again, and nothing else', () => {
  expect(parseMeasurements(JSON.stringify(measured))).toEqual(measured);
  expect(() => parseMeasurements('[{"suite":"plan"}]')).toThrow();
});

test('arguments name suites and sizes, and say what was expected', () => {
  expect(benchArguments(['--sizes', '500,100,500', '--only', 'plan'], ['plan', 'load'])).toMatchObject({
    only: ['plan'],
    sizes: [100, 500],
    isQuick: false,
  });
  expect(benchArguments(['--help'], ['plan'])).toBeNull();
  expect(() => benchArguments(['--only', 'fast'], ['plan', 'load'])).toThrow(
    'one of plan, load was expected',
  );
  expect(() => benchArguments(['--sizes', '0'], ['plan'])).toThrow('found 0');
});
