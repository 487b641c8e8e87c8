import { describe, expect, it } from 'vitest';
import { leftBy, place, tidegate } from './tidegate.ts';

describe('tidegate shadow', () => {
  it('says which versions there are', async () => {
    const at = await place();
    expect(await tidegate(at, 'shadow')).toEqual({
      status: 0,
      out: [
        'PostgreSQL 15: tidegate shadow install 15',
        'PostgreSQL 16: tidegate shadow install 16',
        'PostgreSQL 17: tidegate shadow install 17',
        'PostgreSQL 18: came with Tidegate',
        '',
      ].join('\n'),
      err: '',
    });
    expect(await leftBy(at)).toEqual([]);
  });

  it.each([
    [['install', '18'], /^PostgreSQL 18 came with Tidegate/],
    [['install', '14'], /^PostgreSQL 14 cannot be a shadow: .* needs 15\./],
    [['install', '9.6'], /^A major version of PostgreSQL was expected: 15, 16, 17\./],
    [['install', '../../x'], /^A major version/],
    [['install'], /^tidegate shadow takes install MAJOR/],
    [['remove', '16'], /^tidegate shadow takes install MAJOR/],
  ])('refuses %j', async (args, message) => {
    const { status, out, err } = await tidegate(await place(), 'shadow', ...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(message);
  });
});
