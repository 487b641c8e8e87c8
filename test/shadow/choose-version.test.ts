import { describe, expect, it } from 'vitest';
import { chooseVersion } from '../../src/shadow/choose-version.ts';

const installable = [15, 16, 17];
const choose = (target: number | null, available: readonly number[], preferred = 18) =>
  chooseVersion({ target, available, preferred, installable });

describe('the version of a shadow', () => {
  it.each([
    ['the target’s own', 16, [18, 15, 16], 16],
    ['the preferred one without a target', null, [18, 15, 16], 18],
    ['the next newer one', 15, [18, 17, 16], 16],
    ['the next newer one for 14', 14, [18, 15], 15],
    ['the newest where none is newer', 18, [15, 17], 17],
    ['the only one', 15, [18], 18],
  ])('is %s', (_what, target, available, major) => {
    const chosen = choose(target, available, available[0]);
    expect(chosen.major).toBe(major);
    expect(chosen.caution === null).toBe(target === null || target === major);
  });

  it('is told where it is another, with what mends it', async () => {
    const words = [choose(15, [18]), choose(14, [18, 15]), choose(18, [17], 17), choose(19, [18])];
    const text = words.map(({ caution }) => caution).join('\n');
    await expect(`${text}\n`).toMatchFileSnapshot('golden/version-cautions.txt');
  });
});
