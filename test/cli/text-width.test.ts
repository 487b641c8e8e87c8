import { expect, it } from 'vitest';
import { paragraphs, table } from '../../src/cli/text-blocks.ts';
import { textWidth } from '../../src/cli/text-width.ts';

it.each([
  ['main', 4],
  ['über', 4],
  ['u\u0308ber', 4],
  ['検証', 4],
  ['서버', 4],
  ['ｶﾅ', 2],
  ['ＡＢ', 4],
  ['🚀', 2],
  ['⚠️', 2],
  ['👩‍💻', 2],
  ['–', 1],
  ['', 0],
])('%s takes %i columns', (text, width) => expect(textWidth(text)).toBe(width));

it('a table’s columns begin at the same place', () => {
  const lines = table([
    ['branch', 'state'],
    ['検証', 'held'],
    ['🚀', 'up to date'],
  ]);
  expect(lines).toEqual(['branch  state', '検証    held', '🚀      up to date']);
  expect(paragraphs([lines, ['a   b', '  c   d']])).toBe(`${lines.join('\n')}\n\na   b\n  c   d\n`);
});
