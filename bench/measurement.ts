import { z } from 'zod';

export const units = ['ms', 'plans/s', 'MB'] as const;

const measurement = z.object({
  suite: z.string(),
  case: z.string(),
  /** Migrations in the history. */
  size: z.number().int().positive(),
  unit: z.enum(units),
  median: z.number(),
  min: z.number(),
  max: z.number(),
  runs: z.number().int().positive(),
});

/** What the runs of one case at one size came to. */
export type Measurement = Readonly<z.infer<typeof measurement>>;
export type Unit = Measurement['unit'];

/** A case that could not be measured at a size, in words that say why. */
export interface Missed {
  readonly suite: string;
  readonly case: string;
  readonly size: number;
  readonly reason: string;
  /** It was the size that was too much: greater ones need not be tried. */
  readonly isTooLong: boolean;
}

export interface Results {
  readonly measured: readonly Measurement[];
  readonly missed: readonly Missed[];
}

/** Reads what `--json` wrote. Throws where the text is something else. */
export function parseMeasurements(text: string): readonly Measurement[] {
  return z.array(measurement).parse(JSON.parse(text));
}

/** The measurement of one case at one size; undefined where there is none. */
export function find(
  measured: readonly Measurement[],
  name: string,
  size: number,
  unit: Unit = 'ms',
): Measurement | undefined {
  return measured.find((one) => one.case === name && one.size === size && one.unit === unit);
}

/** All together, in the order given. */
export function joined(all: readonly Results[]): Results {
  return {
    measured: all.flatMap(({ measured }) => measured),
    missed: all.flatMap(({ missed }) => missed),
  };
}
