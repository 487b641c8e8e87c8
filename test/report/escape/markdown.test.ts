import { describe, expect, it } from 'vitest';
import { codeSpan, escapeSentence, escapeText, fenced, link } from '../../../src/report/escape/markdown.ts';
import { clip, reveal } from '../../../src/report/escape/reveal.ts';
import { hostileText } from '../hostile.ts';
import { foreignParts, rendered } from '../rendered.ts';

describe('text from outside', () => {
  const texts = [
    hostileText,
    '- item',
    '+ item',
    '12. item',
    '3) item',
    '# heading',
    '===',
    '> quote',
    '`a` b `c',
    '\\`',
    '| a | b |',
    'orders_total_index and _under_',
  ];
  it.each(texts)('comes out as the text it is: %j', (text) => {
    const { texts: shown, links, html } = rendered(escapeText(text));
    expect(shown.join('').replaceAll('\u200B', '')).toBe(reveal(text).replace(/\s+/g, ' ').trim());
    expect([...links, ...html]).toEqual([]);
  });

  it.each(['@acme/dba', 'a#1', '#1', 'GH-12', 'https://x.y', 'www.x.y', 'a@b.cc'])('parts %s', (text) => {
    expect(foreignParts(escapeText(text), '', [])).toEqual([]);
    expect(escapeText(text)).toContain('&#8203;');
  });
});

describe('a name in code', () => {
  it.each([
    ['plain', '`plain`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['a``b`', '``` a``b` ```'],
    ['a\nb', '`a b`'],
    ['a\u202Eb', '`a\\u{202E}b`'],
    ['', '(empty)'],
  ])('%j is %s', (text, markdown) => {
    expect(codeSpan(text)).toBe(markdown);
  });

  it('keeps a pipe inside its cell', () => {
    const table = `| a |\n|---|\n| ${codeSpan('x|y\\|z', true)} |`;
    expect(rendered(table).texts).toEqual(['a']);
    expect(table).toContain('`x\\|y\\\\|z`');
  });
});

describe('a fence', () => {
  it.each(['```', '````\n```', 'a\n`````sql\nb', '~~~'])('outlasts %j', (text) => {
    expect(rendered(`${fenced(text, 'sql')}\n\nafter`)).toMatchObject({
      fences: [`${text}\n`],
      texts: ['after'],
    });
  });
});

describe('a sentence of our own', () => {
  it('keeps its code, links only numbers that are known, and escapes the rest', () => {
    const sentence = 'See #12 and #13: `a_b` changed *x* for @dana.';
    expect(escapeSentence(sentence, [12])).toBe(
      'See #12 and #&#8203;13: `a_b` changed \\*x\\* for @&#8203;dana.',
    );
  });
});

describe('what the eye misses', () => {
  it('is shown', () => {
    expect(reveal('a\u202Eb\u200Bc\u0000d\u001Be\uD800f\u2028g\r\nh\ti')).toBe(
      'a\\u{202E}b\\u{200B}c\\u{0000}d\\u{001B}e\\u{D800}f\\u{2028}g\nh\ti',
    );
  });

  it('never splits a character when it is clipped', () => {
    expect(clip('ab🌊cd', 4)).toBe('ab…');
    expect(clip('ab🌊', 4)).toBe('ab🌊');
  });
});

describe('a link', () => {
  it('holds any address', () => {
    expect(link('x', 'https://a.b/c (d)')).toBe('[x](https://a.b/c%20%28d%29)');
  });
});
