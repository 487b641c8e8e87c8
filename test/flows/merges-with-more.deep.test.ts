import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { looseCommit, pushCommits } from '../support/loose-commits.ts';
import type { World } from '../support/world.ts';
import { oneOfDba, startScene } from './scene.ts';
import { fileOf, ranAs, rulesPath, step, textOf, type Team } from './team.ts';

describe('a merge of the base that leaves out what the base has', () => {
  let world: World;
  let team: Team;
  beforeAll(async () => {
    ({ world, team } = await startScene());
    // GitHub names the account behind an address by what it has committed before.
    await team.push('main', { 'NOTES.md': 'x\n' }, { by: 'dan' });
    await world.settled();
  });
  afterAll(() => world.close());

  const keepOurs = async (branch: string, files: Record<string, string>): Promise<void> => {
    const parents = [await team.head(branch), await team.head('main')] as const;
    await pushCommits(world, 'dan', branch, await looseCommit(world, { by: 'dan', parents, files }));
    await world.settled();
  };

  it('is written by who made it, where it takes a migration back', async () => {
    const number = await team.open({ branch: 'words', files: { 'WORDS.md': 'Words.\n' } });
    await world.settled();
    const second = await team.land({ branch: 'second', files: step(2) });
    await keepOurs('words', { 'WORDS.md': 'Words.\n' });
    expect(await team.said(number, 'plan')).toContain('0002');
    expect(await team.gateAfter(number, team.approve(number, 'dan'))).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/`dan` approved, but wrote a commit of it/);
    await team.close(number);
    expect(second).toBeGreaterThan(0);
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
  });

  it('is written by who made it, where it puts older rules back', async () => {
    const number = await team.open({ branch: 'more-words', files: { 'MORE.md': 'Words.\n' } });
    await world.settled();
    await team.rule(`${oneOfDba}# two\n`);
    await world.settled();
    await keepOurs('more-words', { 'MORE.md': 'Words.\n' });
    expect(await team.gateAfter(number, team.approve(number, 'dan'))).not.toBe('success');
  });
});

const ways = [
  'a hold in between',
  'other rules in between',
  'no plan of it',
  'nothing to run in its plan',
] as const;

describe.each(ways)('a merge commit with more in it than both sides had, with %s', (way) => {
  let world: World;
  let team: Team;
  beforeAll(async () => {
    ({ world, team } = await startScene());
  });
  afterAll(() => world.close());

  it('is approved by nobody who made it', async () => {
    const hasPlan = way === 'a hold in between' || way === 'other rules in between';
    if (way === 'no plan of it') world.github.hooks.drop(({ event }) => event === 'pull_request', 1);
    const files = hasPlan ? step(2) : { 'NOTES.md': 'Notes.\n' };
    const number = await team.open({ branch: 'second', files });
    await world.settled();
    if (hasPlan) await team.gateAfter(number, team.approve(number, 'dora'));
    const evil = await looseCommit(world, {
      by: 'dan',
      parents: [await team.head('main'), await team.head('second')],
      files: { [fileOf(2)]: textOf('step_0002').replace('id int', 'id bigint') },
    });
    await pushCommits(world, 'dan', 'main', evil);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    if (way === 'a hold in between') {
      await team.told(number, 'dan', '/confirm');
      await team.told(number, 'dan', '/hold "wait"');
      await team.told(number, 'dan', '/release');
    }
    if (way === 'other rules in between') {
      await team.push('main', { [rulesPath]: `# x\n${oneOfDba}` }, { by: 'dan' });
      await world.settled();
      await team.push('main', { [rulesPath]: oneOfDba }, { by: 'dan' });
      await world.settled();
    }
    expect(await team.told(number, 'dan', '/confirm')).toMatch(
      /`dan` confirmed .*, but wrote a commit of it/,
    );
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    await team.told(number, 'dora', '/confirm');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(2));
  });
});
