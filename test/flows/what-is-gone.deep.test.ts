import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlRows } from '../support/control-rows.ts';
import { SHOP, type World } from '../support/world.ts';
import { oneOfDba, startScene } from './scene.ts';
import { fileOf, ranAs, rulesPath, type Team } from './team.ts';

describe('an environment that the rules name no more', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene());
  });
  afterAll(() => world.close());

  it('leaves no hold behind, whatever it was held for', async () => {
    const asking = await team.open({ branch: 'words', files: { 'NOTES.md': 'Words.\n' } });
    await world.settled();
    await team.told(asking, 'dan', '/hold "we look at it"');
    expect(await team.holds()).toEqual(['prod: asked']);
    await controlRows(world.control, 'CREATE TABLE tidegate.kept AS SELECT * FROM tidegate.hold');
    const number = await team.open({
      branch: 'renamed',
      files: { [rulesPath]: oneOfDba.replace('prod:', 'live:') },
    });
    await world.settled();
    await team.approve(number);
    await world.settled();
    await team.merge(number, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
  });

  it('leaves none behind either where the process ended between the agreement and that', async () => {
    await controlRows(world.control, 'INSERT INTO tidegate.hold SELECT * FROM tidegate.kept');
    expect(await team.holds()).toEqual(['prod: asked']);
    await world.service.sweep();
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });
});

describe('a removal that nobody approved', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ steps: 2 }));
  });
  afterAll(() => world.close());

  it('is undone by bringing back what it took, and its hold says so', async () => {
    const number = await team.open({ branch: 'less', files: { [fileOf(2)]: null } });
    await world.settled();
    await team.merge(number, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    const { data } = await world.as('ada').rest.issues.get({ ...SHOP, issue_number: await team.alert() });
    expect(data.body).toMatch(/brings `0002_step` back into the branch/);
    expect(data.body).not.toMatch(/out of the branch again/);
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
  });
});
