import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, textOf, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  qa: { branch: qa, protected: false, promotes_from: dev }
  prod:
    branch: main
    promotes_from: qa
    approvals: { required: 1, from: ['@acme/dba'] }
    hotfix: { label: hotfix, approvals: 2 }
`;

describe('a hotfix', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'qa', 'prod'] }));
  });
  afterAll(() => world.close());

  const label = (number: number) =>
    world.as('wim').rest.issues.addLabels({ ...SHOP, issue_number: number, labels: ['hotfix'] });
  const openInto = async (base: string): Promise<number> => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open', base });
    expect(data).toHaveLength(1);
    return data[0]?.number ?? 0;
  };
  const filesIn = async (number: number) =>
    (await world.as('ada').rest.pulls.listFiles({ ...SHOP, pull_number: number })).data.map(
      ({ filename }) => filename,
    );

  it('is let past by its label, with the approvals that the rules ask for then', async () => {
    const files = {
      ...step(2),
      [fileOf(3)]: `-- tidegate:only prod\n${textOf('step_0003')}`,
      'app.txt': 'fix\n',
    };
    const number = await team.open({ branch: 'second', files });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    expect(await team.said(number, 'plan')).toMatch(
      /What cannot wait for that is let past by the label `hotfix`/,
    );
    await label(number);
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('success');
    expect(await team.said(number, 'plan')).toContain('🚑 | `0002_step` | a hotfix: it has not run on `qa`');
    expect(await team.gateAfter(number, team.approve(number, 'dan'))).toBe('action_required');
    await world.as('wim').rest.issues.removeLabel({ ...SHOP, issue_number: number, name: 'hotfix' });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    await label(number);
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number, 'dora'))).toBe('success');
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
  });

  it('flows down to the environments before, which say until then that they are behind', async () => {
    const [toQa, toDev] = [await openInto('qa'), await openInto('dev')];
    expect(await filesIn(toQa)).toEqual([fileOf(2)]);
    expect(await filesIn(toDev)).toEqual([fileOf(2)]);
    const status = await team.told(toQa, 'rita', '/status');
    expect(status).toMatch(/\| `qa` .*✅ up to date, behind `prod` by 1 \|/);
    expect(status).toMatch(/\| `dev` .*✅ up to date, behind `prod` by 1 \|/);
    expect(await team.said(toQa, 'plan', 'qa')).toContain('ran on `prod` already, and flows down');
    await team.merge(toQa);
    await world.settled();
    // What qa has run by now goes down to dev as well: that is on its way already.
    expect(await openInto('dev')).toBe(toDev);
    await team.merge(toDev);
    await world.settled();
    for (const name of ['qa', 'dev']) expect(await world.history(name)).toEqual([1, 2].map(ranAs));
    expect(await team.told(toQa, 'rita', '/status')).not.toContain('behind');
    expect(await team.holds()).toEqual([]);
  });

  it('can be made one after it was merged too early, and then needs its approvals still', async () => {
    const number = await team.open({ branch: 'fourth', files: step(4) });
    await world.settled();
    await team.approve(number, 'dan');
    await team.merge(number, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-promoted']);
    await label(number);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    await team.approve(number, 'dora');
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(4));
    for (const base of ['qa', 'dev']) await team.merge(await openInto(base));
    await world.settled();
    expect(world.violations()).toEqual([]);
  });

  it('is not let past where it ran below with other content', async () => {
    const first = await team.open({ branch: 'fifth-to-dev', base: 'dev', files: step(5) });
    await world.settled();
    await team.merge(first);
    await world.settled();
    await team.told(first, 'wim', '/promote qa');
    await team.merge(await openInto('qa'));
    await world.settled();
    const number = await team.open({ branch: 'fifth', files: step(5, 'step_0005b') });
    await label(number);
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    expect(await team.said(number, 'plan')).toContain('ran on `qa` with other content');
  });
});
