import type { Kind } from '../kind.ts';
import { changeTable } from '../tables/change.ts';
import { dropTable } from '../tables/drop.ts';
import { makeTable } from '../tables/make.ts';

/** Tables, partitioned and foreign ones among them. */
export const table: Kind = {
  make: makeTable,
  drop: dropTable,
  change: changeTable,
  handles: ({ kind, name }) => [name, `${kind} ${name}`],
  light: false,
  pinsColumns: false,
};
