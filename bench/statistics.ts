/** The middle of the values, the mean of the two middle ones where their number is even. Throws for none. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (lower === undefined || upper === undefined) throw new Error('no value, no median');
  return (lower + upper) / 2;
}

/** The least value that `share` (from 0 to 1) of the values do not exceed. Throws for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new Error('no value, no percentile');
  return found;
}

/** Median and spread, to a hundredth. */
export function summary(values: readonly number[]): {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
} {
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    median: round(median(values)),
    min: round(Math.min(...values)),
    max: round(Math.max(...values)),
    runs: values.length,
  };
}

function ascending(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b);
}
