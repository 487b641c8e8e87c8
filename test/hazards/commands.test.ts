import { describe, expect, it } from 'vitest';
import { commandsOf } from '../../src/hazards/commands.ts';

describe('the commands of a piece of SQL', () => {
  it.each([
    ['/* a /* b */ */ REVOKE SELECT ON orders FROM bob', 'REVOKE'],
    ['ALTER TABLE orders RENAME TO purchases', 'ALTER TABLE'],
    ['ALTER TABLE orders SET SCHEMA billing', 'ALTER TABLE'],
    ['ALTER SEQUENCE s RESTART', 'ALTER SEQUENCE'],
    [`ALTER TYPE mood ADD VALUE 'sad'`, 'ALTER TYPE'],
    ['CREATE MATERIALIZED VIEW v AS SELECT 1', 'CREATE MATERIALIZED VIEW'],
    [`SELECT 'ü'; -- one\nDROP TABLE orders`, 'DROP TABLE'],
    ['WITH gone AS (DELETE FROM orders RETURNING 1) SELECT * FROM gone', 'DELETE'],
  ])('%s: begins with %s', async (sql, words) => {
    const { commands } = (await commandsOf(sql)) ?? { commands: [] };
    expect(commands.some((command) => command === words || command.startsWith(`${words} `))).toBe(true);
  });

  it('are not known where it cannot be parsed', async () => {
    expect(await commandsOf('ALTER TABEL orders')).toBeNull();
  });
});
