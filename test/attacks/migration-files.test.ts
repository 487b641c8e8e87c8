import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/domain/plan.ts';
import { limits } from '../../src/migrations/limits.ts';
import { readSources } from '../../src/migrations/read.ts';
import { transpile } from '../../src/migrations/transpile.ts';
import { git, place, tidegate, write, type Place } from '../cli/tidegate.ts';
import { compile, discover, entry, memoryCache, treeOf } from '../migrations/migrations-folder.ts';
import { whileAnswering } from '../support/answering.ts';

const honest = { 'migrations/1_honest.sql': '-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;\n' };

async function commit(at: Place): Promise<void> {
  await git(at, 'init', '-q', '-b', 'main');
  await git(at, 'add', '-A');
  await git(at, 'commit', '-qm', 'All');
}

async function planOf(at: Place): Promise<{ readonly plan: Plan; readonly text: string }> {
  const { out, err } = await tidegate(at, 'plan', '--base', '0', '--format', 'json');
  expect(err).toBe('');
  return { plan: JSON.parse(out) as Plan, text: out };
}

describe('a hostile file in the migrations folder', () => {
  it('by its kind or name is a problem, and nothing behind it is read or run', async () => {
    const at = await place();
    const canary = join(at.directory, 'secret', 'canary.sql');
    await mkdir(dirname(canary));
    await writeFile(canary, `SELECT 'the canary';`);
    await write(at, {
      ...honest,
      "migrations/2_quote'; DROP TABLE x; --.sql": 'SELECT 2;',
      'migrations/3_component.tsx': 'export const up = () => undefined;',
      'migrations/4_none': 'SELECT 4;',
      'migrations/5_types.d.ts': 'export declare const up: () => void;',
      'migrations/6_shell.sh': 'touch /tmp/canary',
      'migrations/7_sp ace.sql': 'SELECT 7;',
    });
    await symlink(canary, join(at.directory, 'migrations/8_link.sql'));
    await symlink(dirname(canary), join(at.directory, 'migrations/9_folder'));
    await commit(at);
    const { plan, text } = await planOf(at);
    const numbers = plan.problems.map(({ path }) => path?.replace('migrations/', '')[0]);
    expect([...new Set(numbers)].toSorted()).toEqual(['2', '3', '4', '5', '6', '7', '8', '9']);
    expect(text).not.toContain('the canary');
    expect(await readFile(canary, 'utf8')).toContain('the canary');
  });

  it.each([
    ['a symbolic link', entry('migrations/1_a.sql', { mode: '120000' }), 'symbolic link'],
    ['a submodule', entry('migrations/1_a.sql', { mode: '160000' }), 'submodule'],
    ['a path upwards', entry('migrations/../../etc/1_a.sql'), '".."'],
    ['control characters', entry('migrations/1_a\u0007\n.sql'), 'control characters'],
    ['a name that overflows the history', entry(`migrations/1_${'a'.repeat(300)}.sql`), '255'],
    ['more than it may have', entry('migrations/1_a.sql', { size: 2 * limits.fileBytes }), 'may have 1 MiB'],
  ])('in a tree, with %s, is a problem', (_, file, words) => {
    const { migrations, problems } = discover(
      [file, 'migrations/2_honest.sql'].map((item) => (typeof item === 'string' ? entry(item) : item)),
    );
    expect(migrations.map(({ name }) => name)).toEqual(['2_honest']);
    expect(problems.map(({ message }) => message).join('\n')).toContain(words);
  });

  it('with more code than the bundler should read is a problem by its size alone', async () => {
    const file = { name: '1_big', path: 'migrations/1_big.ts', blob: 'b', language: 'typescript' } as const;
    const code = `export const a = 1${' + 1'.repeat(limits.codeBytes / 4)};`;
    const read = readSources(treeOf({ b: Buffer.from(code) }), [file], memoryCache());
    expect((await read).problems).toMatchObject([{ code: 'file-too-large', migration: '1_big' }]);
  });

  it.each([
    ['constants to fold', `export const a = ${'1+'.repeat(118_000)}1;`],
    [
      'constants that double',
      `enum A { ${Array.from({ length: 60 }, (_, i) => (i === 0 ? "b0 = 'xxxxxxxx'" : `b${i} = b${i - 1} + b${i - 1}`)).join(', ')} } export const up = () => A.b59;`,
    ],
    ['brackets', `export const a = ${'['.repeat(110_000)}1${']'.repeat(110_000)};`],
    ['templates', `export const a = ${'`${'.repeat(60_000)}1${'}`'.repeat(60_000)};`],
  ])('with 240 KB of %s ends at the deadline of the bundler at the latest', async (_, text) => {
    const started = performance.now();
    const result = await whileAnswering(() => transpile('migrations/1_a.ts', text, 1500));
    expect(['code', 'failed']).toContain(result.kind);
    expect(performance.now() - started).toBeLessThan(4000);
  });
});

const realWorld: Readonly<Record<string, string>> = {
  'migrations/1700000000000_shorthands.ts': `import type { ColumnDefinitions, MigrationBuilder } from 'node-pg-migrate';
export const shorthands: ColumnDefinitions = {
  id: { type: 'uuid', primaryKey: true, default: new (require('node-pg-migrate').PgLiteral)('gen_random_uuid()') },
  created: { type: 'timestamptz', notNull: true },
};
export async function up(pgm: MigrationBuilder): Promise<void> {
  pgm.createTable('customers', { id: 'id', name: { type: 'text', notNull: true }, created: 'created' });
}
export async function down(pgm: MigrationBuilder): Promise<void> { pgm.dropTable('customers'); }
`,
  'migrations/1700000000001_orders.ts': `import type { MigrationBuilder } from 'node-pg-migrate';
import { withTimestamps } from './support/columns';
import defaults from './support/defaults.json';
enum State { Open = 'open', Paid = 'paid' }
export const up = (pgm: MigrationBuilder): void => {
  pgm.createType('order_state', Object.values(State));
  pgm.createTable('orders', withTimestamps({ id: 'id', customer: { type: 'uuid', references: 'customers' }, state: { type: 'order_state', default: State.Open }, currency: { type: 'text', default: defaults.currency } }));
};
export const down = (pgm: MigrationBuilder): void => { pgm.dropTable('orders'); pgm.dropType('order_state'); };
`,
  'migrations/support/columns.ts': `export const withTimestamps = <T extends object>(columns: T) => ({ ...columns, created: 'created' });
`,
  'migrations/support/defaults.json': '{ "currency": "EUR" }',
  'migrations/1700000000002_callback.js': `exports.up = (pgm, done) => { pgm.sql('CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.created = now(); RETURN NEW; END $$'); Promise.resolve().then(() => { pgm.createTrigger('orders', 'touch', { when: 'BEFORE', operation: 'UPDATE', level: 'ROW', function: 'touch' }); done(); }); };
exports.down = (pgm, done) => { pgm.dropTrigger('orders', 'touch'); pgm.dropFunction('touch', []); done(); };
`,
  'migrations/1700000000003_asks.mjs': `export const up = async (pgm) => {
  const rows = await pgm.db.select("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'pgmigrations' ORDER BY 1");
  for (const { table_name } of rows) pgm.addColumns(table_name, { note: { type: 'text' } });
};
export const down = (pgm) => { pgm.dropColumns('customers', 'note'); pgm.dropColumns('orders', 'note'); };
`,
  'migrations/1700000000004_index.cjs': `module.exports.up = (pgm) => { pgm.noTransaction(); pgm.createIndex('orders', 'customer', { concurrently: true }); };
module.exports.down = (pgm) => { pgm.noTransaction(); pgm.dropIndex('orders', 'customer', { concurrently: true }); };
`,
  'migrations/1700000000005_promise.ts': `import { PgLiteral, type MigrationBuilder } from 'node-pg-migrate';
export const up = async (pgm: MigrationBuilder) => { await null; pgm.alterColumn('orders', 'created', { default: pgm.func('now()') }); pgm.alterColumn('customers', 'name', { default: new PgLiteral("'-'") }); };
export const down = async (pgm: MigrationBuilder) => { pgm.alterColumn('orders', 'created', { default: null }); pgm.alterColumn('customers', 'name', { default: null }); };
`,
};

describe('what real projects write', () => {
  it('is planned, run, taken back and run again on the shadow', async () => {
    const at = await place();
    await write(at, realWorld);
    await commit(at);
    const { plan } = await planOf(at);
    expect(plan.problems).toEqual([]);
    expect(plan.steps.map(({ statements }) => statements.length > 0)).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(plan.steps.flatMap(({ statements }) => statements.map(({ sql }) => sql))).toEqual(
      expect.arrayContaining([
        'ALTER TABLE "customers"\n  ADD "note" text',
        'ALTER TABLE "orders"\n  ADD "note" text',
        'CREATE INDEX CONCURRENTLY "orders_customer_index" ON "orders" ("customer")',
      ]),
    );
    expect(
      plan.steps.flatMap(({ statements }) => statements.flatMap(({ notTried }) => notTried ?? [])),
    ).toEqual([]);
  });

  it('asks a protected database nothing: the statements would not be those approved', async () => {
    const { compiled, problems } = await compile({
      '1_asks.mjs': realWorld['migrations/1700000000003_asks.mjs'] ?? '',
    });
    expect(compiled).toEqual([]);
    expect(problems).toMatchObject([{ code: 'asks-database' }]);
  });
});
