import { find, type Measurement, type Unit } from './measurement.ts';
import { driftCases, environmentsName, manyEnvironments, previewName } from './environments-name.ts';
import { gateName } from './gate-name.ts';
import { loadName } from './load-name.ts';

/** A promise about speed, held against what was measured. */
export interface Verdict {
  readonly target: string;
  /** What was found, in words; null where it was not measured. */
  readonly found: string | null;
  readonly isMet: boolean;
  /** How far it is off, in words; empty where it is met. */
  readonly off: string;
}

const service = 'tidegate-service';

/** Every target with its verdict, `peers` being the names of the other tools. */
export function verdicts(measured: readonly Measurement[], peers: readonly string[]): readonly Verdict[] {
  const ms = (name: string, size: number): number | null => find(measured, name, size)?.median ?? null;
  const at = (size: number): number | null => ms(service, size);
  const fastest = least(peers.map((peer) => ms(peer, 2_000)));
  return [
    atMost('a plan in the service at 2,000: at most 60 ms', at(2_000), 60, 'ms'),
    atMost(
      'at 2,000: at most 50 ms over the floor',
      combined(at(2_000), ms('floor', 2_000), (plan, floor) => plan - floor),
      50,
      'ms',
    ),
    atMost('at 2,000: at most 1.25 × that at 100', ratio(at(2_000), at(100)), 1.25, '×'),
    atMost('at 10,000: at most 1.5 × that at 100', ratio(at(10_000), at(100)), 1.5, '×'),
    atLeast('at 2,000: at least 25 × faster than the fastest other tool', ratio(fastest, at(2_000)), 25, '×'),
    commandLine(measured, peers),
    atMost(
      'a JavaScript migration at 2,000: at most 1.3 × one in SQL',
      ratio(ms('tidegate-service-js', 2_000), at(2_000)),
      1.3,
      '×',
    ),
    ...underLoad(measured),
    atMost(
      'the gate about 250 commits, 100 reviews and 20 rules: under 1 ms',
      measured.find((one) => one.suite === gateName)?.median ?? null,
      1,
      'ms',
    ),
    atMost(
      '`/rollback` to its preview: under 500 ms, GitHub’s answers included',
      measured.find((one) => one.suite === environmentsName && one.case === previewName)?.median ?? null,
      500,
      'ms',
    ),
    atMost('drift: the question at 2,000: under 50 ms', ms(driftCases.question, 2_000), 50, 'ms'),
    atMost(
      `drift: a look at ${manyEnvironments} environments of 2,000: under a minute`,
      ms(driftCases.sweep, 2_000),
      60_000,
      'ms',
    ),
  ];
}

function underLoad(measured: readonly Measurement[]): readonly Verdict[] {
  const of = (unit: Unit): number | null =>
    measured.find((one) => one.case === loadName && one.unit === unit)?.median ?? null;
  return [
    atLeast('20 plans at once: at least 15 a second', of('plans/s'), 15, 'plans/s'),
    atMost('20 plans at once: 95 % of them within 1,500 ms', of('ms'), 1_500, 'ms'),
    atMost('20 plans at once: the process under 250 MB', of('MB'), 250, 'MB'),
  ];
}

/** The warm command against every other tool at every size at which both were measured. */
function commandLine(measured: readonly Measurement[], peers: readonly string[]): Verdict {
  const target = '`tidegate plan` as a fresh process, warm: faster than every other tool at every size';
  const pairs = measured
    .filter((one) => one.case === 'tidegate-cli-warm')
    .flatMap((cli) =>
      peers.flatMap((peer) => {
        const other = find(measured, peer, cli.size);
        return other === undefined ? [] : [{ peer, size: cli.size, share: cli.median / other.median }];
      }),
    );
  const worst = pairs.toSorted((a, b) => b.share - a.share)[0];
  if (worst === undefined) return { target, found: null, isMet: false, off: '' };
  const lost = pairs.filter(({ share }) => share >= 1);
  const said = ({ peer, size, share }: (typeof pairs)[number]): string =>
    `${number(share)} × the time of ${peer} at ${number(size)}`;
  return {
    target,
    found: `at worst ${said(worst)}`,
    isMet: lost.length === 0,
    off: lost.map(said).join('; '),
  };
}

function atMost(target: string, value: number | null, bound: number, unit: string): Verdict {
  const isMet = value !== null && value <= bound;
  return verdict(target, value, isMet, unit, `${number((value ?? 0) - bound)} ${unit} too much`);
}

function atLeast(target: string, value: number | null, bound: number, unit: string): Verdict {
  const isMet = value !== null && value >= bound;
  return verdict(target, value, isMet, unit, `${number(bound - (value ?? 0))} ${unit} too little`);
}

function verdict(target: string, value: number | null, isMet: boolean, unit: string, off: string): Verdict {
  if (value === null) return { target, found: null, isMet: false, off: '' };
  return { target, found: `${number(value)} ${unit}`, isMet, off: isMet ? '' : off };
}

/** `a` ÷ `b`; null where either was not measured. */
export function ratio(a: number | null, b: number | null): number | null {
  return combined(a, b, (x, y) => x / y);
}

function combined(a: number | null, b: number | null, how: (a: number, b: number) => number): number | null {
  return a === null || b === null ? null : how(a, b);
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** Three significant digits, thousands by commas; whole above a hundred. */
export function number(value: number): string {
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 3 });
}
