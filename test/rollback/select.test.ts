import { describe, expect, it } from 'vitest';
import type { RollbackOf } from '../../src/domain/command.ts';
import { selectMigrations } from '../../src/rollback/select.ts';

const standing = {
  environment: 'prod',
  history: ['0001_shops', '0002_items', '0010_orders', '0003_late'],
  ofPullRequest: ['0003_late', '0002_items'],
};

describe('what a rollback takes back', () => {
  it.each<[string, RollbackOf, readonly string[]]>([
    [
      'all of the pull request, in the order of running',
      { kind: 'pull-request' },
      ['0002_items', '0003_late'],
    ],
    ['one by its name', { kind: 'migration', migration: '0002_items' }, ['0002_items']],
    ['one by its file', { kind: 'migration', migration: 'migrations/0002_items.sql' }, ['0002_items']],
    [
      'all after one, by when they ran',
      { kind: 'to', migration: '0002_items' },
      ['0010_orders', '0003_late'],
    ],
    ['the newest', { kind: 'last', count: 1 }, ['0003_late']],
    ['everything', { kind: 'last', count: 4 }, standing.history],
  ])('is %s', (_, of, migrations) => {
    expect(selectMigrations(of, standing)).toEqual({ kind: 'selected', migrations });
  });

  it.each<[string, RollbackOf, string]>([
    [
      'is not there',
      { kind: 'migration', migration: '0002_item' },
      'prod has not run 0002_item. Did you mean 0002_items?',
    ],
    [
      'is like nothing there',
      { kind: 'to', migration: '2026_something_else' },
      'prod has not run 2026_something_else. The newest it has: 0003_late, 0010_orders, 0002_items.',
    ],
    [
      'is the newest already',
      { kind: 'to', migration: '0003_late' },
      '0003_late is the newest that prod has run: there is nothing after it to take back.',
    ],
    [
      'is more than there is',
      { kind: 'last', count: 5 },
      'prod has run 4 migrations, and the last 5 were asked for.',
    ],
  ])('is said to be nothing where what is named %s', (_, of, reason) => {
    expect(selectMigrations(of, standing)).toEqual({ kind: 'none', reason });
  });

  it('is nothing on an empty database', () => {
    expect(selectMigrations({ kind: 'last', count: 1 }, { ...standing, history: [] })).toEqual({
      kind: 'none',
      reason: 'prod has run no migration that could be taken back.',
    });
  });
});
