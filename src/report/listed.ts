import type { Room } from './room.ts';

/** Rows that are shown, and how many are not. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  readonly left: number;
}

/** As many rows as there is room for; `total` where more were left out before. */
export function listed<Row>(rows: readonly Row[], { items }: Room, total = rows.length): Listed<Row> {
  const shown = rows.slice(0, Math.min(rows.length, items));
  return { rows: shown, left: total - shown.length };
}
