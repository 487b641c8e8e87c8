import { getMigrationFilePaths } from 'node-pg-migrate/migration';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareMigrationNames } from '../../src/migrations/order.ts';
import { discover, entry } from './migrations-folder.ts';

describe('finding migrations in a tree', () => {
  it('takes the files that stand directly in the folder, by name without extension', () => {
    const found = discover(['2_b.js', '1_a.sql', '3-c.mts', 'old/0_x.sql']);
    expect(found.migrations).toMatchObject([
      { name: '1_a', path: 'migrations/1_a.sql', language: 'sql' },
      { name: '2_b', language: 'javascript' },
      { name: '3-c', language: 'typescript' },
    ]);
    expect(found.problems).toEqual([]);
    expect(found.notes).toEqual([]);
  });

  it('orders them as node-pg-migrate does', async () => {
    const names = [
      '10_ten.sql',
      '9_nine.js',
      '0003_three.sql',
      '1700000000000_stamp.js',
      '20240102030405678_utc.sql',
      '1704164645679_after.sql',
      '1704164645677_before.sql',
      '2-two.ts',
    ];
    const folder = await mkdtemp(join(tmpdir(), 'tidegate-order-'));
    try {
      for (const name of names) await writeFile(join(folder, name), '');
      const theirs = (await getMigrationFilePaths(folder)).map((path) => basename(path));
      expect(discover(names).migrations.map(({ path }) => basename(path))).toEqual(theirs);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('places names that came from elsewhere without failing', () => {
    expect(['2_b', 'manual', '1_a', 'by hand'].sort(compareMigrationNames)).toEqual([
      'by hand',
      'manual',
      '1_a',
      '2_b',
    ]);
  });

  it('says once what it ignored', () => {
    const found = discover([
      'README.md',
      '1_a.sql',
      'notes.txt',
      '.gitkeep',
      'columns.js',
      'lib/x.ts',
      'lib/x.md',
    ]);
    expect(found.problems).toEqual([]);
    expect(found.notes).toEqual([
      "In the migrations folder, ignored: README.md, notes.txt; for import only: columns.js (node-pg-migrate's own CLI stops at files without a number in front unless its ignore-pattern matches them).",
    ]);
    expect(found.modules.map(({ path }) => path)).toEqual(['migrations/columns.js', 'migrations/lib/x.ts']);
  });

  it('leaves out what the ignore pattern matches whole', () => {
    const found = discover(['1_a.sql', '2_draft.sql', 'README.md'], {
      ignore: String.raw`README\.md|.*_draft\.sql`,
    });
    expect(found.migrations.map(({ name }) => name)).toEqual(['1_a']);
    expect(found.notes).toEqual([]);
  });

  it.each([['db/migrations'], ['./db/migrations/'], ['db/migrations/']])(
    'finds the folder written as %s',
    (directory) => {
      const found = discover([entry('db/migrations/1_a.sql'), entry('db/other/2_b.sql')], { directory });
      expect(found.migrations.map(({ name }) => name)).toEqual(['1_a']);
    },
  );

  it.each([
    ['1_types.d.ts', 'move it to another folder'],
    ['1_view.tsx', 'a migration ends in .sql'],
    ["1_o'brien.sql", 'for example to 1_o_brien.sql'],
    ['1 a.sql', 'for example to 1_a.sql'],
    ['001.sql', 'for example to 001_.sql'],
    ['1_A.SQL', 'rename it to 1_A.sql'],
    ['1_a', 'a migration ends in .sql'],
    ['1_notes.md', 'a migration ends in .sql'],
    [`1_${'a'.repeat(260)}.sql`, 'the history table keeps 255'],
  ])('refuses the name %s and says what to do', (name, advice) => {
    const found = discover([name, '2_b.sql']);
    expect(found.problems).toMatchObject([{ code: 'file-name', path: `migrations/${name}` }]);
    expect(found.problems[0]?.message).toContain(advice);
    expect(found.migrations.map((file) => file.name)).toEqual(['2_b']);
  });

  it.each([
    ['a symbolic link', entry('migrations/1_a.sql', { mode: '120000' }), 'symbolic link'],
    ['a submodule', entry('migrations/vendor', { mode: '160000', size: null }), 'submodule'],
    ['a line feed in the path', entry('migrations/1_a\n.sql'), 'control characters'],
    ['an odd mode', entry('migrations/1_a.sql', { mode: '170000' }), 'Git mode'],
  ])('refuses %s', (_, odd, words) => {
    const found = discover([odd]);
    expect(found.problems).toMatchObject([{ code: 'file-unusual' }]);
    expect(found.problems[0]?.message).toContain(words);
  });

  it.each([
    ['one name with two extensions', ['1_a.sql', '1_a.js'], 'the history knows them by that name alone'],
    ['names that differ in case', ['1_a.sql', '1_A.sql'], 'differ in upper and lower case alone'],
    ['two names with one number', ['1_a.sql', '1_b.sql'], 'the same number in front'],
    ['one number written in two ways', ['1_a.sql', '0001_b.sql'], 'the same number in front'],
  ])('refuses %s and names both', (_, names, words) => {
    const found = discover(names);
    expect(found.problems).toMatchObject([{ code: 'duplicate-version' }]);
    expect(found.problems[0]?.message).toContain(words);
    for (const name of names) expect(found.problems[0]?.message).toContain(`migrations/${name}`);
  });

  it('refuses a file of 10 MB by its size in the tree', () => {
    const found = discover([entry('migrations/1_a.sql', { size: 10 * 1024 * 1024 })]);
    expect(found.migrations).toEqual([]);
    expect(found.problems).toMatchObject([{ code: 'file-too-large', path: 'migrations/1_a.sql' }]);
    expect(found.problems[0]?.message).toContain('may have 1 MiB, and this one has 10 MiB');
  });

  it('says where the ignore pattern is no regular expression', () => {
    const found = discover(['1_a.sql'], { ignore: '*.md' });
    expect(found.problems).toMatchObject([{ code: 'configuration' }]);
    expect(found.migrations).toHaveLength(1);
  });
});
