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

/** At the end of each curve; where two would meet, the lower one moves down. */
function labelsOf(curves: readonly Curve[]): readonly string[] {
  const ends = curves
    .flatMap(({ name, style, points }) => {
      const end = points.at(-1);
      return end === undefined ? [] : [{ name, style, ...end }];
    })
    .toSorted((a, b) => a.y - b.y);
  let free = -Infinity;
  return ends.map(({ name, style, x, y }) => {
    const place = Math.max(y + 4, free);
    free = place + lineHeight;
    return text(x + 8, place, name, { colour: style.colour });
  });
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
