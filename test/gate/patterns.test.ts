import { describe, expect, it } from 'vitest';
import { ownersOf } from '../../src/gate/code-owners.ts';
import { namedLike } from '../../src/gate/patterns.ts';

describe('a pattern of names', () => {
  it.each([
    ['public.*', 'public.orders', true],
    ['*.orders', 'Public.Orders', true],
    ['public.*_log', 'public.log', false],
    ['a*a', 'a', false],
    ['a*b*a', 'axbya', true],
    ['a*b*b', 'ab', false],
    ['*', '', true],
    ['orders', 'orders_2', false],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (pattern, name, fits) => expect(namedLike([pattern])(name)).toBe(fits));

  it('of nothing but stars is tried at once', () => {
    const pattern = `${'*'.repeat(199)}!`;
    expect(namedLike([pattern])('public.orders')).toBe(false);
  });
});

describe('the code owners', () => {
  const ownersIn = (file: string, path: string) =>
    ownersOf(file, [path]).flatMap(({ owners }) =>
      owners.map((owner) => ('login' in owner ? owner.login : '')),
    );

  it('of `folder/*` own what lies in the folder itself', () => {
    const file = 'db/ @dora\ndb/* @wim\n';
    expect(ownersIn(file, 'db/schema.sql')).toEqual(['wim']);
    expect(ownersIn(file, 'db/migrations/1_a.sql')).toEqual(['dora']);
    expect(ownersIn('db/** @wim\n', 'db/migrations/1_a.sql')).toEqual(['wim']);
  });

  it('of a pattern that could not be tried in time are nobody', () => {
    const file = `* @dora\n${'*a'.repeat(20)} @wim\n`;
    expect(ownersIn(file, `${'a'.repeat(200)}.sql`)).toEqual([]);
  });
});
