import { MigrationBuilder } from 'node-pg-migrate/migrationBuilder';
import { describe, expect, it } from 'vitest';
import type { Script } from '../../src/domain/migration.ts';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';
import { splitStatements } from '../../src/migrations/split.ts';
import { compile, module } from './migrations-folder.ts';
import { everyOperation, filesOf, wrongInTheLibrary } from './every-operation.ts';
import { type LibraryRun, type LibraryScript, whatTheLibraryRuns } from './what-the-library-runs.ts';

const typescript = `import type { ColumnDefinitions, MigrationBuilder } from 'node-pg-migrate';
import { PgLiteral } from 'node-pg-migrate';
enum Kind { Big = 'big', Small = 'small' }
export const shorthands: ColumnDefinitions | undefined = undefined;
export async function up(pgm: MigrationBuilder): Promise<void> {
  pgm.createType('kind', Object.values(Kind));
  pgm.createTable('boxes', { id: 'id', kind: { type: 'kind', default: Kind.Big }, made: { type: 'timestamptz', default: new PgLiteral('now()') } });
}
export async function down(pgm: MigrationBuilder): Promise<void> {
  pgm.dropTable('boxes'); pgm.dropType('kind');
}
`;

/** Files of a migrations folder; each is a way to write migrations. */
const folder: Record<string, string> = {
  '01_table.js': `exports.shorthands = { key: { type: 'uuid', primaryKey: true, notNull: true } };
exports.up = (pgm) => { pgm.createTable('users', { id: 'id', ref: 'key', name: { type: 'varchar(100)', notNull: true, comment: "it's a name" } }, { ifNotExists: true, comment: 'people' }); };
exports.down = (pgm) => { pgm.dropTable('users'); };`,
  '02_inferred.js': `exports.up = (pgm) => { pgm.addColumns('users', { b: { type: 'int', default: 3, check: 'b > 0' }, other: 'key' }); pgm.createIndex('users', ['b', { name: 'name', sort: 'DESC' }], { unique: true, where: 'b > 1' }); };`,
  '03_constraint.mjs': `export const up = (pgm) => { pgm.addConstraint('users', 'users_b', { foreignKeys: { columns: 'b', references: 'users(id)', onDelete: 'CASCADE' } }); };
export const down = false;`,
  '04_view.js': `export default { up(pgm) { pgm.createView('v', {}, 'SELECT 1 AS a'); pgm.createMaterializedView('m', { data: false }, 'SELECT 2'); }, down(pgm) { pgm.dropMaterializedView('m'); pgm.dropView('v'); } };`,
  '05_function.cjs': `module.exports = { up: (pgm) => { pgm.createFunction('f', [{ name: 'a', type: 'int' }], { returns: 'int', language: 'plpgsql', replace: true }, 'BEGIN RETURN a; END;'); pgm.createTrigger('users', 't', { when: 'BEFORE', operation: ['INSERT', 'UPDATE'], level: 'ROW', function: 'f' }); } };`,
  '06_types.ts': typescript,
  '07_outside.js': `exports.up = (pgm) => { pgm.noTransaction(); pgm.createIndex('users', 'name', { concurrently: true }); };`,
  '08_callback.js': `exports.up = function (pgm, done) { pgm.sql('SELECT 1'); Promise.resolve().then(() => { pgm.sql('SELECT 2;'); done(); }); }; exports.down = function (pgm, done) { pgm.sql('SELECT 3'); done(); };`,
  '09_promise.js': `exports.up = async (pgm) => { await null; pgm.sql('INSERT INTO users (name) VALUES ({name})', { name: "o'b$1" }); await Promise.all([1, 2].map(async (n) => pgm.sql(\`SELECT \${n}\`))); };`,
  '10_func.js': `exports.up = (pgm) => { pgm.alterColumn('users', 'name', { default: pgm.func('CURRENT_USER'), notNull: false }); pgm.sql('SELECT 1; SELECT 2; '); }; exports.down = null;`,
  '11_same.js': `const both = (pgm) => { pgm.renameColumn('users', 'a', 'b'); pgm.renameTable('x', 'y'); }; exports.up = both; exports.down = both;`,
  '12_helper.js': `const { money } = require('./lib/columns'); const data = require('./lib/data.json'); exports.up = (pgm) => { pgm.createTable(data.table, { amount: money }); };`,
  '13_shorthand_later.ts': `export const shorthands = { key: { type: 'bigint' } }; export const up = (pgm) => { pgm.createTable('later', { a: 'key' }); }; export const down = (pgm) => { throw new Error('there is no way back'); };`,
  '14_grants.js': `exports.up = (pgm) => { pgm.createRole('r', { login: false }); pgm.grantOnTables({ tables: 'users', privileges: ['SELECT'], roles: 'r' }); pgm.createPolicy('users', 'p', { command: 'ALL', role: 'r', using: 'true' }); pgm.createDomain('d', 'int', { check: 'VALUE > 0' }); pgm.createSequence('s', { start: 5 }); pgm.createSchema('z'); pgm.createExtension('citext', { ifNotExists: true }); };`,
  '15_empty.js': `exports.up = () => {}; exports.down = () => {};`,
  '16_camel.js': `exports.up = (pgm) => { pgm.createTable('camelCase', { firstName: 'text' }); pgm.addIndex('camelCase', 'firstName'); };`,
  '17_sql.sql': `-- Up Migration\nSELECT 1; SELECT 2;\n-- Down Migration\nSELECT 3;`,
  '18_console.js': `console.assert(true, 'hello'); exports.up = (pgm) => { console.assert(true); pgm.sql('SELECT 1') };`,
  '19_alter.js': `exports.up = (pgm) => { pgm.alterTable('users', { levelSecurity: 'ENABLE' }); pgm.addTypeValue('kind', 'huge', { ifNotExists: true }); pgm.dropConstraint('users', 'x', { ifExists: true }); }; exports.down = () => undefined;`,
};

const lib: Record<string, string> = {
  'lib/columns.ts': `import { precision } from './numbers.js'; export const money = { type: \`numeric(\${precision}, 2)\`, notNull: true };`,
  'lib/numbers.ts': `export const precision: number = 12;`,
  'lib/data.json': `{ "table": "payments" }`,
};

async function ours(decamelize: boolean): ReturnType<typeof compile> {
  const modules = Object.entries(lib).map(([path, text]) => module(path, text));
  return compile(folder, { modules, settings: { ...defaultMigrationSettings, decamelize } });
}

async function statementsOf(script: LibraryScript | null): Promise<unknown> {
  if (script === null) return null;
  const parts = await Promise.all(script.sent.map((sql) => splitStatements(sql)));
  return { transaction: script.transaction, statements: parts.flat().map(({ sql }) => sql) };
}

function plain(script: Script | null): unknown {
  return script && { transaction: script.transaction, statements: script.statements.map(({ sql }) => sql) };
}

type Compiled = Awaited<ReturnType<typeof compile>>;

/** The ways back that the library infers and PostgreSQL's parser refuses; ours are none. */
const wronglyInferred = new Set(['005_operation', '065_operation']);

async function expectSame(theirs: readonly LibraryRun[], { compiled, problems }: Compiled): Promise<void> {
  expect(problems).toEqual([]);
  expect(compiled.map(({ name }) => name)).toEqual(theirs.map(({ name }) => name));
  for (const [index, run] of theirs.entries()) {
    const mine = compiled[index];
    expect([run.name, plain(mine?.up ?? null)]).toEqual([run.name, await statementsOf(run.up)]);
    const down = wronglyInferred.has(run.name) ? null : await statementsOf(run.down);
    expect([run.name, plain(mine?.down ?? null)]).toEqual([run.name, down]);
  }
}

describe.each([[false], [true]])('compiled migrations, decamelize %s', (decamelize) => {
  it('are statement by statement what node-pg-migrate runs', async () => {
    const theirs = await whatTheLibraryRuns({ ...folder, ...lib }, decamelize);
    await expectSame(theirs, await ours(decamelize));
  });

  it('are so for each operation of its builder, and for the way back that it infers', async () => {
    const files = filesOf(everyOperation);
    const settings = { ...defaultMigrationSettings, decamelize };
    const theirs = await whatTheLibraryRuns(files, decamelize);
    const mine = await compile(files, { settings });
    await expectSame(theirs, mine);
    expect(mine.notes).toHaveLength(wronglyInferred.size);
    expect(mine.notes[0]).toContain('005_operation has no way back: the one that node-pg-migrate infers');
  });
});

describe('the operations compared', () => {
  it("are a problem with PostgreSQL's words where the library writes what its parser does not take", async () => {
    const { compiled, problems } = await compile(filesOf(wrongInTheLibrary));
    expect(compiled).toEqual([]);
    expect(problems.map(({ code, line }) => [code, line])).toEqual(
      wrongInTheLibrary.map(() => ['syntax', 2]),
    );
  });

  it('are all that the builder has', () => {
    const database = { query: () => undefined, select: () => undefined };
    const builder: object = Reflect.construct(MigrationBuilder, [database, {}, false, console]) as object;
    const own = Object.keys(builder).filter((name) => typeof Reflect.get(builder, name) === 'function');
    const operations = [...own, 'noTransaction'].toSorted();
    const text = [...everyOperation, ...wrongInTheLibrary].join('\n');
    expect(operations.filter((name) => !text.includes(`pgm.${name}(`))).toEqual([]);
    expect(operations.length).toBeGreaterThan(80);
  });
});

describe('what a compiled migration says of itself', () => {
  it('is where in the file each pgm call stands', async () => {
    const { compiled } = await ours(false);
    const lines = (name: string): unknown => {
      const found = compiled.find((migration) => migration.name === name);
      return [found?.up.statements.map(({ line }) => line), found?.down?.statements.map(({ line }) => line)];
    };
    expect(lines('06_types')).toEqual([
      [6, 7],
      [10, 10],
    ]);
    expect(lines('01_table')).toEqual([[2, 2, 2], [3]]);
    expect(lines('02_inferred')).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('is a note where its down fails by its own words', async () => {
    const { notes } = await ours(false);
    expect(notes).toEqual([
      '13_shorthand_later has no way back: its down fails with "Error: there is no way back".',
    ]);
  });
});

describe('type shorthands', () => {
  const shorthands = `exports.shorthands = { key: { type: 'uuid' } }; exports.up = () => {};`;
  const user = `exports.up = (pgm) => pgm.addColumn('t', { a: 'key' });`;

  it('come from earlier migrations that are not compiled themselves', async () => {
    const files = { '1_a.js': shorthands, '2_b.sql': 'SELECT 1', '3_c.js': user };
    const { compiled, problems } = await compile(files, { wanted: new Set(['3_c']) });
    expect(problems).toEqual([]);
    expect(compiled.map(({ name, up }) => [name, up.statements[0]?.sql])).toEqual([
      ['3_c', 'ALTER TABLE "t"\n  ADD "a" uuid'],
    ]);
  });

  it('do not come from later ones', async () => {
    const { compiled } = await compile({ '1_a.js': user, '2_b.js': shorthands });
    expect(compiled[0]?.up.statements[0]?.sql).toBe('ALTER TABLE "t"\n  ADD "a" key');
  });

  it('of an earlier migration that does not load are a problem of that one', async () => {
    const files = { '1_a.js': 'throw new Error("no")', '2_b.js': user };
    const { problems } = await compile(files, { wanted: new Set(['2_b']) });
    expect(problems).toMatchObject([{ code: 'compile', path: 'migrations/1_a.js', line: 1 }]);
  });
});
