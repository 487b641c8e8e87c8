import { parse, type TypeName } from 'libpg-query';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { isKeptBy } from '../../src/hazards/kept-by-type.ts';
import { databaseUrl } from '../support/postgres.ts';

/** Values at the edges of what a type can be. */
const kept: readonly (readonly [from: string, to: string, values: readonly string[]])[] = [
  ['smallint', 'integer', ['-32768', '32767']],
  ['smallint', 'real', ['-32768', '32767']],
  ['integer', 'bigint', ['-2147483648', '2147483647']],
  ['integer', 'double precision', ['-2147483648', '2147483647']],
  ['bigint', 'numeric', ['-9223372036854775808', '9223372036854775807']],
  ['bigint', 'text', ['-9223372036854775808']],
  ['real', 'double precision', ['1.1', '3.4028235e38', 'NaN']],
  ['numeric(5,2)', 'numeric(7,3)', ['999.99', '-0.01']],
  ['numeric(5,2)', 'numeric', ['999.99']],
  ['varchar(3)', 'varchar(4)', ['abc']],
  ['varchar(3)', 'text', ['abc', 'a  ']],
  ['text', 'varchar', ['a  ']],
  ['char(3)', 'char(5)', ['ab']],
  ['date', 'timestamp', ['4713-01-01 BC', '2026-02-28']],
  ['timestamp(3)', 'timestamp', ['2026-02-28 01:02:03.456']],
  ['timestamptz(0)', 'timestamptz(3)', ['2026-02-28 01:02:03+02']],
  ['cidr', 'inet', ['10.0.0.0/8']],
  ['jsonb', 'json', ['{"a": 1}']],
  ['uuid', 'text', ['f47ac10b-58cc-4372-a567-0e02b2c3d479']],
  ['boolean', 'text', ['true']],
  ['integer[]', 'bigint[]', ['{1,2147483647}']],
  ['interval', 'interval', ['1 day 02:03:04']],
];

describe('a type that keeps every value of another', () => {
  const client = new pg.Client({ connectionString: databaseUrl('postgres') });
  beforeAll(() => client.connect());
  afterAll(() => client.end());

  it.each(kept)('is known: %s as %s, by PostgreSQL itself', async (from, to, values) => {
    expect(isKeptBy(await typeOf(from), await typeOf(to))).toBe(true);
    for (const value of values) {
      const sql = `SELECT ($1::text::${from})::${to}::${from}::text AS back, $1::text::${from}::text AS value`;
      const { rows } = await client.query<{ back: string; value: string }>(sql, [value]);
      expect(rows.map(({ back }) => back)).toEqual(rows.map((row) => row.value));
    }
  });

  it.each([
    ['bigint', 'integer'],
    ['bigint', 'double precision'],
    ['integer', 'real'],
    ['numeric', 'bigint'],
    ['numeric', 'numeric(10,2)'],
    ['numeric(5,2)', 'numeric(5,3)'],
    ['numeric(5,2)', 'numeric(6,1)'],
    ['text', 'varchar(10)'],
    ['varchar(20)', 'varchar(10)'],
    ['varchar', 'varchar(10)'],
    ['char(5)', 'char(3)'],
    ['timestamp', 'date'],
    ['timestamp', 'timestamptz'],
    ['timestamp', 'timestamp(0)'],
    ['json', 'jsonb'],
    ['text', 'integer'],
    ['integer[]', 'integer'],
    ['mood', 'text'],
    ['text', 'mood'],
    ['other.text', 'text'],
  ])('is not said to be one: %s as %s', async (from, to) => {
    expect(isKeptBy(await typeOf(from), await typeOf(to))).toBe(false);
  });
});

async function typeOf(type: string): Promise<TypeName> {
  const { stmts = [] } = await parse(`CREATE TABLE one (c ${type})`);
  const [statement] = stmts.map(({ stmt }) => stmt);
  const elements =
    statement !== undefined && 'CreateStmt' in statement ? (statement.CreateStmt.tableElts ?? []) : [];
  const [found] = elements.flatMap((one) => ('ColumnDef' in one ? (one.ColumnDef.typeName ?? []) : []));
  if (found === undefined) throw new Error(`${type} is no type`);
  return found;
}
