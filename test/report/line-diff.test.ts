import { describe, expect, it } from 'vitest';
import { lineDiff } from '../../src/report/line-diff.ts';

describe('a diff by lines', () => {
  it.each([
    ['', 'a', ['+a']],
    ['a\nb', '', ['-a', '-b']],
    ['a\nb\nc', 'a\nc', [' a', '-b', ' c']],
    ['a\nc', 'a\nb\nc', [' a', '+b', ' c']],
    ['a\nb', 'a\nx', [' a', '-b', '+x']],
    ['a', 'a', [' a']],
  ])('from %j to %j', (before, after, lines) => {
    expect(lineDiff(before, after)).toEqual(lines);
  });

  it('of thousands of lines is quick', () => {
    const before = Array.from({ length: 20_000 }, (_, line) => `old ${line}`).join('\n');
    expect(lineDiff(before, `${before}\nnew`)).toHaveLength(40_001);
  });
});
