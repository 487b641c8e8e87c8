import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { oneOfDba, startScene } from './scene.ts';
import { rulesPath, step, type Team } from './team.ts';

const owned = oneOfDba.replace("from: ['@acme/dba']", 'from: [code-owners]');

describe('rules that begin to ask code owners', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene());
  });
  afterAll(() => world.close());

  it('are in force once merged where they come with the file of owners, and were approved so', async () => {
    const number = await team.open({
      branch: 'owned',
      files: { [rulesPath]: owned, '.github/CODEOWNERS': 'migrations/ @wanda\n' },
    });
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    const next = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    expect(await team.gateAfter(next, team.approve(next))).toBe('action_required');
    expect(await team.gateAfter(next, team.approve(next, 'wanda'))).toBe('success');
  });
});
