import { expect, it } from 'vitest';
import { defaultMigrationSettings } from '../../src/domain/migration.ts';
import { notBroughtBack } from '../../src/jobs/promotion/not-brought-back.ts';
import type { Tree } from '../../src/ports/tree.ts';

const folder = (files: Readonly<Record<string, string>>): Tree => ({
  kind: 'found',
  entries: Object.entries(files).map(([name, blob]) => ({
    path: `migrations/${name}.sql`,
    mode: '100644',
    blob,
    size: 1,
  })),
});

const before = folder({ '0001_a': 'a', '0002_b': 'b', '0003_c': 'c' });
const base = folder({ '0001_a': 'a' });
const head = folder({ '0001_a': 'other', '0002_b': 'b', '0003_c': 'mended', '0004_d': 'd' });

it.each([
  ['all that was taken out, of the branch that is promoted from', true, ['0002_b', '0003_c']],
  ['only what was changed since, of any other', false, ['0003_c']],
])('a merge does not bring %s', (_, isFromBelow, expected) => {
  expect(notBroughtBack({ base, before, head }, defaultMigrationSettings, isFromBelow)).toEqual(expected);
});
