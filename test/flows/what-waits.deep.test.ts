import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { oneOfDba, startScene } from './scene.ts';
import { fileOf, ranAs, step, textOf, type Team } from './team.ts';

const repositoryFile = `${oneOfDba}    rollback: { approvals: 1, from: ['@acme/dba'] }
  dev: { branch: dev, protected: false }
`;

describe('what waits', () => {
  let world: World;
  let team: Team;
  let desk = 0;
  let onDev = 0;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['prod', 'dev'] }));
    desk = (await world.as('ada').rest.issues.create({ ...SHOP, title: 'Operations' })).data.number;
    await team.land({ branch: 'two', files: step(2) });
    onDev = await team.land({ branch: 'two-on-dev', base: 'dev', files: step(2) });
  });
  afterAll(() => world.close());

  it('for a confirmation is confirmed where it was asked for, whatever that place belongs to', async () => {
    expect(await team.told(desk, 'dora', '/confirm')).toMatch(/does not say which environment is meant/);
    await team.told(desk, 'dan', '/rollback --last 1 prod --accept-data-loss');
    expect(await team.told(desk, 'dora', '/confirm')).toContain('Rolled back on `prod`');
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await world.history('dev')).toEqual([ranAs(1), ranAs(2)]);
    await team.merge((await openInto('main'))[0] ?? 0);
    await world.settled();
    await world.query('prod', 'CREATE TABLE by_hand (id int)');
    await team.told(onDev, 'dan', '/drift revert prod --accept-data-loss');
    expect(await team.told(onDev, 'dora', '/confirm')).toContain('`prod` is what its history says again.');
    expect(await team.holds()).toEqual([]);
  });

  it('on the branch goes before what is adopted, which is not offered until then', async () => {
    await world.query('prod', 'CREATE TABLE by_hand (id int)');
    const number = await team.land({ branch: 'three', files: step(3) });
    expect(await team.holds()).toEqual(['prod: drift']);
    expect(await team.told(number, 'dora', '/drift adopt')).toMatch(
      /`0003_step` would run before what is adopted/,
    );
    await team.told(number, 'dora', '/release');
    expect(await world.history('prod')).toEqual([ranAs(1), ranAs(3)]);
    await team.told(number, 'dora', '/drift adopt');
    const [offer = 0] = await openInto('main');
    await team.approve(offer);
    await world.settled();
    await team.merge(offer);
    await world.settled();
    expect(await world.history('prod')).toEqual([ranAs(1), ranAs(3), '0004_adopt_from_prod']);
  });

  it('on the branch and is taken out again is in no plan of what came in between', async () => {
    const twin = 'migrations/0003_twin.sql';
    await team.push('dev', { ...step(3), [twin]: textOf('twin') });
    await world.settled();
    expect(await team.holds()).toEqual(['dev: history-mismatch']);
    await team.push('dev', step(4));
    await world.settled();
    await team.land({
      branch: 'out',
      base: 'dev',
      files: { [fileOf(3)]: null, [twin]: null, [fileOf(4)]: null },
    });
    expect(await team.holds()).toEqual([]);
    expect(await world.history('dev')).toEqual([ranAs(1), ranAs(2)]);
  });

  it('for no merge is not waited for, where the branch has lost already what a rollback takes back', async () => {
    await team.push('main', { 'migrations/0004_adopt_from_prod.sql': null });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: removed']);
    await team.told(desk, 'dan', '/rollback --last 1 prod --accept-data-loss');
    await team.told(desk, 'dora', '/confirm');
    expect(await world.history('prod')).toEqual([ranAs(1), ranAs(3)]);
    expect(await team.holds()).toEqual([]);
  });

  it('and was rolled back is in no plan of what came before its revert', async () => {
    const before = await world.history('prod');
    await team.land({ branch: 'five', files: step(5) });
    await team.told(desk, 'dan', '/rollback --last 1 prod --accept-data-loss');
    await team.told(desk, 'dora', '/confirm');
    const [revert = 0] = await openInto('main');
    await team.push('main', { 'migrations/0005_twin.sql': textOf('twin') });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    await team.approve(revert);
    await world.settled();
    await team.merge(revert);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    await team.told(await team.alert(), 'dora', '/confirm');
    expect(await world.history('prod')).toEqual([...before, '0005_twin']);
    expect(await team.holds()).toEqual([]);
  });

  it('to be taken back goes before what is adopted as well', async () => {
    await team.land({ branch: 'six', files: step(6) });
    const out = await team.open({ branch: 'six-out', files: { [fileOf(6)]: null } });
    await world.settled();
    await team.approve(out);
    await world.query('prod', 'CREATE TABLE by_hand_too (id int)');
    await team.told(desk, 'dora', '/drift prod');
    await team.merge(out);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: drift']);
    expect(await team.told(desk, 'dora', '/drift adopt prod')).toMatch(
      /`0006_step` ran and is not there any more/,
    );
    await team.told(out, 'dora', '/release');
    expect(await world.history('prod')).not.toContain(ranAs(6));
    expect(await team.told(desk, 'dora', '/drift adopt prod')).toContain('makes Git say what `prod` is');
  });

  const openInto = async (base: string): Promise<readonly number[]> => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open', base });
    return data.map(({ number }) => number);
  };
});
