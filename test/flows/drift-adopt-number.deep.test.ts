import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { oneOfDba, startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

describe('the number of a migration that adopts', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    const repositoryFile = `${oneOfDba}    promotes_from: dev\n  dev: { branch: dev, protected: false }\n  lab: { branch: lab, protected: false }\n`;
    ({ world, team } = await startScene({ repositoryFile, environments: ['prod', 'dev', 'lab'] }));
  });
  afterAll(() => world.close());

  const pathsOf = async (number: number) => {
    const { data } = await world.as('ada').rest.pulls.listFiles({ ...SHOP, pull_number: number });
    return data.map(({ filename }) => filename);
  };
  const opened = async () => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open', base: 'main' });
    return data[0]?.number ?? 0;
  };

  it('is above all that other environments have run or hold, and flows down without a collision', async () => {
    await team.push('dev', { ...step(2), ...step(9) });
    await world.settled();
    // On a database alone, with a number that is the last by value and not by its text.
    await world.query('lab', `INSERT INTO pgmigrations (name, run_on) VALUES ('10_by_hand', now())`);
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    await world.query('dev', 'ALTER TABLE step_0001 ADD COLUMN other text');
    await world.service.sweep();
    await world.settled();
    await team.told(await team.alert(), 'dan', '/drift adopt prod');
    const offer = await opened();
    expect(await pathsOf(offer)).toEqual(['migrations/11_adopt_from_prod.sql']);
    await team.told(offer, 'dan', '/drift adopt dev');
    expect(await pathsOf(offer + 1)).toEqual(['migrations/12_adopt_from_dev.sql']);
    await team.close(offer + 1);
    await world.query('dev', 'ALTER TABLE step_0001 DROP COLUMN other');
    await team.approve(offer, 'dora');
    await world.settled();
    await team.merge(offer);
    await world.settled();
    expect(await world.history('prod')).toEqual([ranAs(1), '11_adopt_from_prod']);
    const path = 'migrations/11_adopt_from_prod.sql';
    const { data } = await world.as('ada').rest.repos.getContent({ ...SHOP, path });
    const text = 'content' in data ? Buffer.from(data.content, 'base64').toString() : '';
    await team.push('dev', { [path]: text });
    await world.settled();
    expect(await world.history('dev')).toEqual([ranAs(1), ranAs(2), ranAs(9), '11_adopt_from_prod']);
    expect(await team.holds()).toEqual(['lab: history-mismatch']);
  });
});
