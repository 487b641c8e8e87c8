import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

describe('a repository that has its issues turned off', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene());
  });
  afterAll(async () => {
    expect(world.violations()).toEqual([]);
    await world.close();
  });

  const takesIssues = (has_issues: boolean) => world.as('ada').rest.repos.update({ ...SHOP, has_issues });

  it('holds what was pushed past the gate, and says where it is held how there can be an issue', async () => {
    await takesIssues(false);
    await team.push('main', step(2));
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    const number = await team.open({ branch: 'third', files: step(3) });
    await world.settled();
    expect(await team.said(number, 'gate')).toMatch(/Turn issues on in the settings of this repository/);
    await world.service.sweep();
    await world.settled();
    expect(await team.said(number, 'gate')).toMatch(/Turn issues on in the settings of this repository/);
    expect(await team.told(number, 'dan', '/status')).toMatch(/on hold/);
    await team.close(number);
  });

  it('gets its alert issue once it takes issues, and is confirmed there', async () => {
    await takesIssues(true);
    await world.service.sweep();
    await world.settled();
    const alert = await team.alert();
    const { data } = await world.as('ada').rest.issues.get({ ...SHOP, issue_number: alert });
    expect(data.body).not.toMatch(/Turn issues on/);
    await team.told(alert, 'dan', '/confirm');
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
  });
});
