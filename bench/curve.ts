import type { Measurement } from './measurement.ts';
import { number } from './targets.ts';

const width = 760;
const height = 440;
const plot = { left: 64, right: 590, top: 24, bottom: 388 } as const;
/** Between two labels, so that none covers another. */
const lineHeight = 16;

// Dark enough on white, light enough on black; told apart by dashes as well.
const styles = {
  tidegate: { colour: '#0e8a6b', width: 3, dash: '' },
  floor: { colour: '#8a8f98', width: 2, dash: '2 4' },
  peer: { colour: '#c2703d', width: 1.75, dash: '7 4' },
} as const;

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
  readonly style: (typeof styles)[keyof typeof styles];
}

/**
 * An SVG of the time of a plan over the length of its history, both axes logarithmic, each curve with its name at its
 * end. Of a suite's measurements those in milliseconds are drawn. Throws where there are none.
 */
export function drawCurve(measured: readonly Measurement[]): string {
  const drawn = measured.filter(({ suite, unit }) => suite === 'plan' && unit === 'ms');
  if (drawn.length === 0)
    throw new Error('no measurement of the suite plan, no curve: run --only plan first');
  const xs = rangeOf(drawn.map(({ size }) => size));
  const ys = rangeOf(drawn.map(({ median }) => median));
  const x = scale(xs, [plot.left, plot.right]);
  const y = scale(ys, [plot.bottom, plot.top]);
  const curves = curvesOf(drawn, x, y);
  const sizes = [...new Set(drawn.map(({ size }) => size))];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    '<title>The time of a plan over the length of its history</title>',
    ...powersIn(ys).map((value) => levelLine(y(value), duration(value))),
    ...sizes.map((size) => sizeMark(x(size), number(size))),
    text((plot.left + plot.right) / 2, height - 10, 'migrations in the history', { anchor: 'middle' }),
    ...curves.flatMap(curveLines),
    ...labelsOf(curves),
    '</svg>',
    '',
  ].join('\n');
}

function curvesOf(
  drawn: readonly Measurement[],
  x: (value: number) => number,
  y: (value: number) => number,
): readonly Curve[] {
  return [...new Set(drawn.map((one) => one.case))].map((name) => ({
    name,
    style: name === 'floor' ? styles.floor : name.startsWith('tidegate') ? styles.tidegate : styles.peer,
    points: drawn
      .filter((one) => one.case === name)
      .toSorted((a, b) => a.size - b.size)
      .map(({ size, median }) => ({ x: x(size), y: y(median) })),
  }));
}

type Range = readonly [number, number];

/** From the power of ten at or under the least value to that at or over the greatest. */
function rangeOf(values: readonly number[]): Range {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values)));
  return [low, high > low ? high : low * 10];
}

function scale([low, high]: Range, [start, end]: Range): (value: number) => number {
  const share = (value: number): number => Math.log(value / low) / Math.log(high / low);
  return (value) => Math.round((start + share(value) * (end - start)) * 10) / 10;
}

function powersIn([low, high]: Range): readonly number[] {
  const count = Math.round(Math.log10(high / low)) + 1;
  return Array.from({ length: count }, (_, at) => low * 10 ** at);
}

function duration(ms: number): string {
  return ms < 1000 ? `${number(ms)} ms` : `${number(ms / 1000)} s`;
}

function levelLine(y: number, label: string): string {
  const line = `<line x1="${plot.left}" x2="${plot.right}" y1="${y}" y2="${y}" stroke="#8a8f98" stroke-opacity="0.35"/>`;
  return `${line}${text(plot.left - 8, y + 4, label, { anchor: 'end' })}`;
}

function sizeMark(x: number, label: string): string {
  const line = `<line x1="${x}" x2="${x}" y1="${plot.bottom}" y2="${plot.bottom + 5}" stroke="#8a8f98"/>`;
  return `${line}${text(x, plot.bottom + 19, label, { anchor: 'middle' })}`;
}

function curveLines({ points, style }: Curve): readonly string[] {
  const dash = style.dash === '' ? '' : ` stroke-dasharray="${style.dash}"`;
  const path = points.map(({ x, y }) => `${x},${y}`).join(' ');
  const line = `<polyline points="${path}" fill="none" stroke="${style.colour}" stroke-width="${style.width}"${dash}/>`;
  const dots = points.map(({ x, y }) => `<circle cx="${x}" cy="${y}" r="3" fill="${style.colour}"/>`);
  return [line, ...dots];
}

/** At the end of each curve; names of curves that end at the same length keep apart. */
function labelsOf(curves: readonly Curve[]): readonly string[] {
  const ends = curves
    .flatMap(({ name, style, points }) => {
      const end = points.at(-1);
      return end === undefined ? [] : [{ name, style, ...end }];
    })
    .toSorted((a, b) => a.y - b.y);
  const columns = [...new Set(ends.map(({ x }) => x))].map((x) => ends.filter((end) => end.x === x));
  return columns.flatMap((column) => {
    const places = apart(column.map(({ y }) => y));
    return column.map(({ name, style, x, y }, at) =>
      text(x + 8, (places[at] ?? y) + 4, name, { colour: style.colour }),
    );
  });
}

/** Moves ascending places so far apart that a line of text has room in each, and no further than needed. */
function apart(places: readonly number[]): readonly number[] {
  const blocks: { centre: number; count: number }[] = [];
  for (const place of places) {
    let block = { centre: place, count: 1 };
    for (let above = blocks.at(-1); above !== undefined; above = blocks.at(-1)) {
      const room = ((above.count + block.count) * lineHeight) / 2;
      if (block.centre - above.centre >= room) break;
      blocks.pop();
      const count = above.count + block.count;
      block = { centre: (above.centre * above.count + block.centre * block.count) / count, count };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ centre, count }) =>
    Array.from(
      { length: count },
      (_, at) => Math.round((centre + (at - (count - 1) / 2) * lineHeight) * 10) / 10,
    ),
  );
}

/** Grey is legible on white and on black. */
function text(
  x: number,
  y: number,
  words: string,
  { anchor = 'start', colour = '#7d828b' }: { readonly anchor?: string; readonly colour?: string },
): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${colour}">${safe}</text>`;
}
