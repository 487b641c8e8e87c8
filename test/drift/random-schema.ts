import type { Seeded } from '../support/seeded.ts';

const types = [
  'int',
  'bigint',
  'text',
  'varchar(20)',
  'numeric(8,2)',
  'timestamptz',
  'public.mood',
  'public.short',
];
const names = ['alpha', 'beta', '"Gamma;"', 'date', '"a ""b"'];

/** A small schema as SQL: few names, so that two of them have much in common and differ in much. */
export function randomSchema(random: Seeded): string {
  const tables = ['one', 'two', '"Three ,"'].filter(() => random.below(4) > 0);
  return [
    `CREATE TYPE mood AS ENUM ('low', 'it''s; ok'${random.below(3) === 0 ? ", 'high'" : ''})`,
    `CREATE DOMAIN short AS text${random.below(2) === 0 ? ' CHECK (length(VALUE) < 9)' : ''}`,
    `CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END ${random.pick(['', ';'])}$$`,
    random.below(2) === 0
      ? `CREATE FUNCTION twice(a int) RETURNS ${random.pick(['int', 'bigint'])} IMMUTABLE LANGUAGE sql AS 'SELECT 2 * a'`
      : '',
    ...tables.flatMap((table, index) => tableSql(table, tables.slice(0, index), random)),
    random.below(2) === 0 ? partitionsSql(random) : '',
  ]
    .filter((sql) => sql !== '')
    .join(';\n');
}

function tableSql(table: string, others: readonly string[], random: Seeded): readonly string[] {
  const columns = names.filter(() => random.below(3) > 0);
  const lines = [
    random.pick([
      'id int PRIMARY KEY',
      'id bigint PRIMARY KEY',
      'id serial PRIMARY KEY',
      'id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    ]),
    ...columns.map((column) => columnSql(column, random)),
  ];
  const some = (sql: string): readonly string[] => (random.below(2) === 0 ? [sql] : []);
  const column = random.pick(['id', ...columns]);
  return [
    `CREATE TABLE ${table} (${lines.join(', ')})`,
    ...some(
      `ALTER TABLE ${table} ADD CONSTRAINT filled CHECK (${column} IS NOT NULL)${random.pick(['', ' NOT VALID'])}`,
    ),
    ...others
      .slice(0, 1)
      .flatMap((other) =>
        some(
          `ALTER TABLE ${table} ADD UNIQUE (${column}), ADD CONSTRAINT own FOREIGN KEY (id) REFERENCES ${other} ${random.pick(['', 'ON DELETE CASCADE'])}`,
        ),
      ),
    ...some(
      `CREATE ${random.pick(['', 'UNIQUE '])}INDEX found_${random.pick(['a', 'b'])}_${table.replaceAll(/\W/g, '')} ON ${table} (${column})`,
    ),
    ...some(
      `CREATE VIEW ${viewOf(table)} AS SELECT id, ${column} AS seen FROM ${table}${random.pick(['', ' WHERE id > 1'])}`,
    ).flatMap((sql) => [
      sql,
      ...some(`CREATE VIEW ${viewOf(viewOf(table))} AS SELECT seen FROM ${viewOf(table)}`),
      ...some(`GRANT SELECT ON ${viewOf(table)} TO PUBLIC`),
      ...some(`COMMENT ON COLUMN ${viewOf(table)}.seen IS 'seen'`),
    ]),
    ...some(
      `CREATE TRIGGER touch BEFORE UPDATE OF ${column} ON ${table} FOR EACH ROW EXECUTE FUNCTION touched()`,
    ),
    ...some(`CREATE POLICY mine ON ${table} USING (${column} IS NOT NULL)`),
    ...some(`COMMENT ON COLUMN ${table}.id IS '${random.pick(['a;', "it''s"])}'`),
    ...some(`GRANT ${random.pick(['SELECT', 'INSERT, UPDATE'])} ON ${table} TO PUBLIC`),
    ...some(`GRANT SELECT (${column}) ON ${table} TO PUBLIC`),
    ...some(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`),
    ...some(
      `CREATE STATISTICS counted_${table.replaceAll(/\W/g, '')} ON id, ${random.pick(columns.length === 0 ? ['tableoid'] : columns)} FROM ${table}`,
    ).filter((sql) => !sql.includes('tableoid')),
  ];
}

function columnSql(column: string, random: Seeded): string {
  const type = random.pick(types);
  const defaults: Readonly<Record<string, string>> = {
    int: '7',
    bigint: '8',
    text: "'NOT NULL;'",
    'public.mood': "'low'",
  };
  const value = defaults[type];
  const clause = value !== undefined && random.below(2) === 0 ? ` DEFAULT ${value}` : '';
  return `${column} ${type}${clause}${random.below(3) === 0 ? ' NOT NULL' : ''}`;
}

function viewOf(name: string): string {
  return `seen_${name.replaceAll(/\W/g, '')}`;
}

function partitionsSql(random: Seeded): string {
  const columns = ['x text', 'y int NOT NULL', "z text DEFAULT 'z'"].filter(() => random.below(2) === 0);
  const parts = [1, 2, 3].filter(() => random.below(2) === 0);
  return [
    `CREATE TABLE parted (${['k int NOT NULL', ...columns].join(', ')}${random.pick([', PRIMARY KEY (k)', ''])}) PARTITION BY LIST (k)`,
    ...parts.map((part) => `CREATE TABLE parted_${part} PARTITION OF parted FOR VALUES IN (${part})`),
    ...(random.below(2) === 0 ? ['CREATE INDEX parted_found ON parted (k)'] : []),
    ...(random.below(3) === 0 ? ['CREATE TABLE parted_4 (k int NOT NULL)'] : []),
  ].join(';\n');
}
