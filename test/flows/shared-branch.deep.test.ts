import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const names = ['eu', 'us', 'ap'] as const;

const repositoryFile = `version: 1
environments:
  eu: { branch: main, approvals: { required: 1, from: ['@acme/dba'] }, rollback: { approvals: 0 } }
  us: { branch: main, after: eu, approvals: { required: 1, from: [dan] }, rollback: { approvals: 0 } }
  ap: { branch: main, after: us, protected: false }
  qa: { branch: qa, protected: false }
`;

const ownPulls = async (world: World): Promise<readonly number[]> => {
  const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
  return data.filter(({ user }) => user?.login === 'tidegate[bot]').map(({ number }) => number);
};

describe('environments that share a branch', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({
      repositoryFile,
      environments: [...names, 'qa'],
      branches: ['qa'],
    }));
  });
  afterAll(() => world.close());

  const histories = (): Promise<(readonly string[])[]> =>
    Promise.all(names.map((name) => world.history(name)));
  const gates = (number: number): Promise<(string | null)[]> =>
    Promise.all(names.map((name) => team.check(number, 'gate', name)));
  const issueText = async (number: number): Promise<string> =>
    (await world.as('ada').rest.issues.get({ ...SHOP, issue_number: number })).data.body ?? '';
  const allHave = async (...steps: readonly number[]): Promise<void> => {
    expect(await histories()).toEqual(names.map(() => steps.map(ranAs)));
    expect(await team.holds()).toEqual([]);
  };

  it('each count the reviews of whom they ask themselves', async () => {
    const number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    await team.approve(number, 'dora');
    await world.settled();
    expect(await gates(number)).toEqual(['success', 'action_required', 'success']);
    await team.approve(number, 'dan');
    await world.settled();
    expect(await gates(number)).toEqual(['success', 'success', 'success']);
    const status = await team.told(number, 'wim', '/status');
    for (const name of names) expect(status).toContain(`The gate of this pull request, for \`${name}\``);
    await team.told(number, 'wim', '/plan');
    expect(await gates(number)).toEqual(['success', 'success', 'success']);
    await team.merge(number);
    await world.settled();
    await allHave(1, 2);
  });

  it('are asked apart by commands that could be meant for several', async () => {
    const number = await team.land({ branch: 'third', files: step(3) });
    expect(await team.told(number, 'dan', '/rollback --accept-data-loss')).toMatch(
      /does not say which environment is meant: `main` is the branch of eu, us, ap\. Name one of them, as in `\/rollback eu`/,
    );
    expect(await team.told(number, 'dan', '/hold "not now"')).toMatch(
      /Name one of them, as in `\/hold eu "why"`/,
    );
    expect(await team.told(number, 'dan', '/confirm')).toMatch(/Comment it on the alert issue/);
    await allHave(1, 2, 3);
  });

  it('are all equal again once the one revert of a rollback in some of them is merged', async () => {
    const number = await team.land({ branch: 'fourth', files: step(4) });
    await team.told(number, 'dan', '/rollback us --accept-data-loss');
    const before = [1, 2, 3].map(ranAs);
    expect(await histories()).toEqual([[...before, ranAs(4)], before, [...before, ranAs(4)]]);
    const [revert = 0, ...others] = await ownPulls(world);
    expect(others).toEqual([]);
    await team.told(number, 'dan', '/rollback ap --accept-data-loss');
    expect(await ownPulls(world)).toEqual([revert]);
    expect(await team.holds()).toEqual(['ap: rolled-back', 'us: rolled-back']);
    // Where it still stands it is taken back by the pull request, as any removal; elsewhere there is nothing to run.
    expect(await team.said(revert, 'plan', 'eu')).toMatch(/DROP TABLE step_0004/);
    expect(await team.said(revert, 'plan', 'us')).not.toMatch(/DROP TABLE step_0004/);
    expect(await gates(revert)).toEqual(['action_required', 'success', 'success']);
    await team.approve(revert, 'dora');
    await world.settled();
    await team.merge(revert);
    await world.settled();
    await allHave(1, 2, 3);
  });

  it('are all equal where it is taken back in the only one that it came to', async () => {
    await world.query('us', 'INSERT INTO step_0001 VALUES (7)');
    const text =
      '-- Up Migration\nALTER TABLE step_0001 ADD CONSTRAINT no_7 CHECK (id <> 7);\n\n' +
      '-- Down Migration\nALTER TABLE step_0001 DROP CONSTRAINT no_7;\n';
    const number = await team.land({ branch: 'fifth', files: { [fileOf(5)]: text } });
    expect(await team.holds()).toEqual(['us: apply-failed']);
    await team.told(number, 'dan', '/rollback');
    expect(await team.holds()).toEqual(['eu: rolled-back', 'us: apply-failed']);
    const [revert = 0] = await ownPulls(world);
    expect(await gates(revert)).toEqual(['success', 'success', 'success']);
    await team.merge(revert);
    await world.settled();
    await allHave(1, 2, 3);
    expect(await team.alerts()).toEqual([]);
    const lines = (await team.answers(number)).slice(0, 3).map((one) => one.split('\n', 1)[0]);
    expect(lines).toEqual([
      expect.stringContaining('Rolled back on `eu`.'),
      expect.stringContaining('nothing of it is left to run on `us`.'),
      expect.stringContaining('nothing of it is left to run on `ap`.'),
    ]);
    await world.query('us', 'DELETE FROM step_0001');
  });

  it('take what was merged past their gates each when it is approved there, in their order', async () => {
    const number = await team.open({ branch: 'sixth', files: step(6) });
    await world.settled();
    await team.merge(number, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['eu: not-approved']);
    expect(await histories()).toEqual(names.map(() => [1, 2, 3].map(ranAs)));
    expect(await issueText(await team.alert())).toMatch(/`us`, `ap` wait for it, and go on by themselves/);
    await team.told(number, 'dora', '/confirm');
    expect(await team.holds()).toEqual(['us: not-approved']);
    expect(await world.history('ap')).not.toContain(ranAs(6));
    await team.told(number, 'dan', '/confirm');
    await allHave(1, 2, 3, 6);
  });

  it('have comments that say so where the pull request goes into another branch', async () => {
    const number = await team.open({ branch: 'seventh', files: step(7) });
    await world.settled();
    expect(await team.answers(number)).toHaveLength(names.length);
    const goTo = async (base: string): Promise<readonly string[]> => {
      await world.as('wim').rest.pulls.update({ ...SHOP, pull_number: number, base });
      await world.settled();
      return (await team.answers(number)).map((text) => text.split('\n', 1)[0] ?? '');
    };
    expect(await goTo('qa')).toEqual([
      expect.stringContaining('Merging runs 4 migrations on `qa`'),
      expect.stringContaining('is not planned for `us` any more'),
      expect.stringContaining('is not planned for `ap` any more'),
    ]);
    expect((await goTo('main')).filter((line) => line.includes('1 approval'))).toHaveLength(2);
    expect(await team.answers(number)).toHaveLength(names.length + 2);
  });
});

describe('an environment after one that has windows', () => {
  const monday = 'Mon 15 Jun 2026 09:00 Europe/Berlin';
  let world: World;
  let team: Team;

  beforeAll(async () => {
    const file = `version: 1
environments:
  eu: { branch: main, protected: false, windows: ['Mon-Thu 09:00-16:00 Europe/Berlin'] }
  us: { branch: main, after: eu, protected: false }
`;
    const friday = new Date('2026-06-12T14:00:00Z');
    ({ world, team } = await startScene({
      repositoryFile: file,
      environments: ['eu', 'us'],
      branches: [],
      startsAt: friday,
    }));
  });
  afterAll(() => world.close());

  it('waits with it, says until when, and follows it when it opens', async () => {
    const number = await team.land({ branch: 'second', files: step(2) });
    for (const name of ['eu', 'us']) expect(await world.history(name)).toEqual([ranAs(1)]);
    expect((await team.answers(number))[1]).toContain(
      `It waits for \`eu\`, which waits for its window until ${monday}.`,
    );
    expect(await team.told(number, 'wim', '/status')).toContain(
      `waits for \`eu\`, which waits for its window until ${monday}`,
    );
    world.setTime(new Date('2026-06-15T07:00:00Z'));
    await world.service.sweep();
    await world.settled();
    for (const name of ['eu', 'us']) expect(await world.history(name)).toEqual([1, 2].map(ranAs));
    expect((await team.answers(number))[1]).toContain('Applied to `us`.');
  });
});
