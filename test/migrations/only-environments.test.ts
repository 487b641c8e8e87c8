import { expect, it } from 'vitest';
import { readOnlyFor } from '../../src/migrations/only-environments.ts';

const up = '-- Up Migration\nSELECT 1;\n';
const only = (...environments: readonly string[]) => ({ kind: 'only', environments });

it.each([
  ['nothing said', up, { kind: 'everywhere' }],
  ['SQL', `-- tidegate:only dev\n${up}`, only('dev')],
  [
    'below the first marker, above the first statement',
    '-- Up Migration\n--tidegate:only qa\nSELECT 1;',
    only('qa'),
  ],
  [
    'several, with commas, spaces and lines',
    `-- tidegate:only dev,qa lab\r\n-- tidegate:only dev\r\n${up}`,
    only('dev', 'qa', 'lab'),
  ],
  ['JavaScript', `// tidegate:only dev\nexports.up = () => {};\n`, only('dev')],
  ['a block comment', `/**\n * Seeds.\n * tidegate:only dev\n */\nexports.up = () => {};\n`, only('dev')],
  ['one line of a block comment', `/* tidegate:only dev */\nSELECT 1;`, only('dev')],
  ['a word of the same beginning', `-- tidegate:onlyfans dev\n${up}`, { kind: 'everywhere' }],
  ['text that speaks of it', `-- See tidegate:only in the docs.\n${up}`, { kind: 'everywhere' }],
])('reads where a migration is only to run: %s', (_what, source, found) => {
  expect(readOnlyFor(source)).toEqual(found);
});

it.each([
  ['no name', `-- tidegate:only\n${up}`, 1],
  ['no environment’s name', `-- tidegate:only Dev!\n${up}`, 1],
  ['too far down', `${up}-- tidegate:only dev\n`, 3],
])('refuses what cannot be followed: %s', (_what, source, line) => {
  expect(readOnlyFor(source)).toMatchObject({ kind: 'mistake', line });
});
