import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  qa: { branch: qa, protected: false }
  prod:
    branch: main
    promotes_from: qa
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 0 }
`;

describe('a person’s own pull request from the branch below, of what was rolled back above', () => {
  let world: World;
  let team: Team;
  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['qa', 'prod'] }));
  });
  afterAll(() => world.close());

  const openToProd = async (): Promise<number> => {
    const opened = { ...SHOP, head: 'qa', base: 'main', title: 'qa to main' };
    const { data } = await world.as('wim').rest.pulls.create(opened);
    await world.settled();
    return data.number;
  };
  const promoted = async (method: 'merge' | 'squash'): Promise<number> => {
    const number = await openToProd();
    await team.approve(number);
    await world.settled();
    await team.merge(number, { method });
    await world.settled();
    return number;
  };
  const openByApp = async (base: string): Promise<readonly number[]> => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open', base });
    return data.filter(({ user }) => user?.login === 'tidegate[bot]').map(({ number }) => number);
  };
  const filesIn = async (number: number) =>
    (await world.as('ada').rest.pulls.listFiles({ ...SHOP, pull_number: number })).data.map(
      ({ filename, status }) => `${status} ${filename}`,
    );
  const named = async (numbers: readonly number[], path: string): Promise<number | undefined> => {
    const files = await Promise.all(numbers.map(filesIn));
    return numbers.find((_, at) => files[at]?.includes(`added ${path}`));
  };
  /** Takes a migration back and merges the revert, whose number it gives. */
  const takenBack = async (step: number, environment: string, base: string, on: number): Promise<number> => {
    await team.told(on, 'dan', `/rollback ${ranAs(step)} ${environment} --accept-data-loss`);
    const [revert = 0] = await openByApp(base);
    await team.merge(revert);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    return revert;
  };
  const day = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC';
  const because = (revert: number, on: number): string =>
    `here in #${revert}, on ${day}, because \`dan\` asked for it on #${on}`;

  it('says what the plan runs again, which a squash lets Git forget', async () => {
    await team.land({ branch: 'two', base: 'qa', files: step(2) });
    const first = await promoted('squash');
    const revert = await takenBack(2, 'prod', 'main', first);
    await team.land({ branch: 'three', base: 'qa', files: step(3) });
    const again = await openToProd();
    const words = new RegExp(
      `\`${ranAs(2)}\` was rolled back ${because(revert, first)}\\. ` +
        'Merging this runs it again, with the content that it had then\\.',
    );
    expect(await team.said(again, 'plan')).toMatch(words);
    expect((await team.answers(again))[0]).toMatch(words);
    expect(await team.said(again, 'plan')).not.toContain(`\`${ranAs(3)}\` was rolled back`);
    expect(await team.check(again, 'plan')).toBe('success');
    await team.approve(again);
    await world.settled();
    await team.merge(again, { method: 'squash' });
    await world.settled();
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));

    // It has run since, and what comes next says nothing of it.
    await team.land({ branch: 'four', base: 'qa', files: step(4) });
    const later = await openToProd();
    expect(await team.said(later, 'plan')).toContain(`\`${ranAs(4)}\``);
    expect(await team.said(later, 'plan')).not.toContain('was rolled back here');
    await team.approve(later);
    await world.settled();
    await team.merge(later);
    await world.settled();
  });

  it('compares what was repaired below under the same name with what ran, and says what brings it', async () => {
    const number = await team.land({ branch: 'five', base: 'qa', files: step(5) });
    const merged = await promoted('merge');
    const revert = await takenBack(5, 'prod', 'main', merged);
    await takenBack(5, 'qa', 'qa', number);
    await team.land({ branch: 'five-again', base: 'qa', files: step(5, 'step_0005_repaired') });
    expect(await world.history('qa')).toContain(ranAs(5));
    const again = await openToProd();
    expect(await team.check(again, 'plan')).toBe('failure');
    const words = new RegExp(
      `\`${ranAs(5)}\` was reverted ${because(revert, merged)}\\. Its content is another than what ran here then, ` +
        'and Git merges no file that one side changed and the other took out\\. ' +
        '`/promote prod` opens the pull request that brings it as it is now\\.',
    );
    expect(await team.said(again, 'plan')).toMatch(words);
    expect((await team.answers(again))[0]).toMatch(words);

    // What is new beside it is promoted without it, and it comes by a pull request of its own.
    await team.land({ branch: 'six', base: 'qa', files: step(6) });
    await team.told(again, 'wim', '/promote prod');
    const opened = await openByApp('main');
    expect((await Promise.all(opened.map(filesIn))).toSorted()).toEqual([
      [`added ${fileOf(5)}`],
      [`added ${fileOf(6)}`],
    ]);
    for (const one of opened.toSorted((a, b) => a - b)) {
      await team.approve(one);
      await world.settled();
    }
    const back = (await named(opened, fileOf(5))) ?? 0;
    expect(await team.said(back, 'plan')).toMatch(
      new RegExp(
        `\`${ranAs(5)}\` was rolled back ${because(revert, merged)}\\. ` +
          'Merging this runs it again, with other content than it had then\\.',
      ),
    );
    await team.merge(back);
    await world.settled();
    expect(await team.check(again, 'plan')).toBe('success');
    await team.approve(again, 'dora');
    await world.settled();
    await team.merge(again);
    await world.settled();
    expect(await world.history('prod')).toEqual([1, 2, 3, 4, 5, 6].map(ranAs));
  });

  it('leaves each database equal to its branch after all of that', () => expectAgreement(world));
});
