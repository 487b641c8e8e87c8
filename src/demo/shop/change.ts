import { javascript, sql } from './migrations.ts';

/** The two migrations of the story's change: a column, and an index built the dangerous way. */
export const change = {
  '0021_order-notes': sql(
    'ALTER TABLE orders ADD COLUMN notes text;',
    'ALTER TABLE orders DROP COLUMN notes;',
  ),
  '0022_orders-placed-at-index': javascript(`pgm.createIndex('orders', 'placed_at');`),
} as const;

/** As a history has them. */
export const changeNames: readonly string[] = Object.keys(change);

/** As the repository has them, in the order of running. */
export const changeFiles = [
  ['migrations/0021_order-notes.sql', change['0021_order-notes']],
  ['migrations/0022_orders-placed-at-index.js', change['0022_orders-placed-at-index']],
] as const;
