import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlRows } from '../support/control-rows.ts';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { oneOfDba, startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

describe('an environment on hold for what takes migrations back', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({
      steps: 3,
      repositoryFile: `${oneOfDba}    drift: { policy: warn }\n`,
    }));
  });
  afterAll(async () => {
    expect(world.violations()).toEqual([]);
    await world.close();
  });

  const held = async (): Promise<number> =>
    (await controlRows(world.control, "SELECT id FROM tidegate.audit WHERE action = 'held'")).length;

  it('stays so while it is not approved, and says so to what comes meanwhile', async () => {
    const removal = await team.open({ branch: 'removes-third', files: { [fileOf(3)]: null } });
    await world.settled();
    await team.merge(removal, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    const other = await team.open({ branch: 'meanwhile', files: step(4) });
    await world.settled();
    expect(await team.gateAfter(other, team.approve(other))).toBe('failure');
    expect(await team.said(other, 'gate')).toMatch(/on hold/);
    await team.approve(removal);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
    expect(await team.check(other, 'gate')).toBe('success');
    await team.close(other);
  });

  it('stays so while its down fails on the target, and is tried again when somebody says so', async () => {
    await world.query('prod', 'CREATE VIEW on_it AS SELECT * FROM step_0002');
    await team.land({ branch: 'removes-second', files: { [fileOf(2)]: null } });
    expect(await team.holds()).toEqual(['prod: apply-failed']);
    const { data: issue } = await world
      .as('ada')
      .rest.issues.get({ ...SHOP, issue_number: await team.alert() });
    expect(issue.body).toMatch(/merge a pull request that brings `0002_step` back into the branch/);
    const before = await held();
    const alerts = await team.alerts();
    await world.service.sweep();
    await world.settled();
    expect(await team.holds()).toEqual(['prod: apply-failed']);
    expect(await held()).toBe(before);
    expect(await team.alerts()).toEqual(alerts);
    const other = await team.open({ branch: 'meanwhile-too', files: step(4) });
    await world.settled();
    expect(await team.gateAfter(other, team.approve(other))).toBe('failure');
    await world.query('prod', 'DROP VIEW on_it');
    await team.told(await team.alert(), 'dan', '/retry');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await team.check(other, 'gate')).toBe('success');
    await team.close(other);
  });

  it('ends where a file whose down failed is brought back', async () => {
    await team.land({ branch: 'fifth', files: step(5) });
    await world.query('prod', 'CREATE VIEW on_it AS SELECT * FROM step_0005');
    await team.land({ branch: 'removes-fifth', files: { [fileOf(5)]: null } });
    expect(await team.holds()).toEqual(['prod: apply-failed']);
    const back = await team.open({ branch: 'back', files: step(5) });
    await world.settled();
    expect(await team.check(back, 'gate')).toBe('success');
    await team.merge(back);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 5].map(ranAs));
    await world.query('prod', 'DROP VIEW on_it');
    await expectAgreement(world);
  });
});
