import { describe, expect, it } from 'vitest';
import { ownersOf } from '../../src/gate/code-owners.ts';

/** Each pattern stands below `* @all`; what it fits is `@own`'s. */
const patterns: readonly [string, readonly string[], readonly string[]][] = [
  ['db/*', ['db/1_a.sql'], ['db/deep/1_a.sql', 'x/db/1_a.sql']],
  ['db/**', ['db/1_a.sql', 'db/deep/1_a.sql'], ['x/db/1_a.sql']],
  ['db/**/*', ['db/1_a.sql', 'db/deep/1_a.sql', 'db/deep/er/1_a.sql'], ['x/db/1_a.sql']],
  ['**/*', ['1_a.sql', 'db/deep/1_a.sql'], []],
  ['/*', ['1_a.sql'], ['db/1_a.sql']],
  ['db', ['db/1_a.sql', 'x/db/deep/1_a.sql'], ['dbs/1_a.sql']],
  ['/db/', ['db/deep/1_a.sql'], ['x/db/1_a.sql']],
  ['db/', ['db/1_a.sql', 'x/db/1_a.sql'], []],
  ['*.sql', ['1_a.sql', 'db/1_a.sql'], ['db/1_a.ts']],
  ['**/deep', ['db/deep/1_a.sql', 'deep/1_a.sql'], ['db/1_a.sql']],
  ['db/deep/', ['db/deep/1_a.sql'], ['x/db/deep/1_a.sql']],
  ['/our\\ db/', ['our db/1_a.sql'], ['our/1_a.sql', 'db/1_a.sql']],
  ['our\\ db/*_a\\ b.sql', ['our db/1_a b.sql'], ['our db/1_a.sql']],
  ['DB/', ['DB/1_a.sql'], ['db/1_a.sql']],
];

const ownersIn = (file: string, path: string) => ownersOf(file, [path])[0]?.owners;

describe('the patterns of CODEOWNERS', () => {
  it.each(patterns)('%s', (pattern, own, others) => {
    const file = `* @all\n${pattern} @own # ours\n`;
    for (const path of own)
      expect([path, ownersIn(file, path)]).toEqual([path, [{ kind: 'user', login: 'own' }]]);
    for (const path of others)
      expect([path, ownersIn(file, path)]).toEqual([path, [{ kind: 'user', login: 'all' }]]);
  });
});
