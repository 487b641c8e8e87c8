import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAgreement } from '../flows/agreement.ts';
import { startScene } from '../flows/scene.ts';
import { fileOf, ranAs, step, textOf, type Team } from '../flows/team.ts';
import { controlRows } from '../support/control-rows.ts';
import { looseCommit, pushCommits } from '../support/loose-commits.ts';
import type { World } from '../support/world.ts';

const path = '.github/tidegate.yml';
const repositoryFile = `version: 1
environments:
  prod: { branch: main, approvals: { required: 1, from: ['role:write'] } }
`;
const weaker = repositoryFile.replace(/approvals.*\} \}/, 'protected: false }');

describe('what reaches a branch otherwise than it was approved', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
    // GitHub names the account behind an address by what it has committed before.
    await team.push('main', { 'NOTES.md': 'Notes.\n' }, { by: 'wim' });
    await world.settled();
  });
  afterAll(() => world.close());

  const expectHeld = async (number: number, reason = 'not-approved'): Promise<void> => {
    expect(await team.holds()).toEqual([`prod: ${reason}`]);
    expect(await world.history('prod')).not.toContain(ranAs(number));
  };
  /** The rules are held first, and what came behind them is decided by those from before as well once they are agreed to. */
  const expectHeldBehindRules = async (number: number): Promise<void> => {
    await expectHeld(number, 'rules');
    await world.service.sweep();
    await world.settled();
    await expectHeld(number, 'rules');
    await team.told(await team.alert(), 'dan', '/confirm');
    await expectHeld(number);
  };

  const heldBecause = async (): Promise<string> => {
    const sql = "SELECT document->>'message' AS message FROM tidegate.hold";
    return (await controlRows<{ message: string }>(world.control, sql))[0]?.message ?? '';
  };

  it('by a merge commit with more in it is approved by nobody who made or pushed that commit', async () => {
    const number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number, 'dan'))).toBe('success');
    const evil = await looseCommit(world, {
      by: 'dan',
      parents: [await team.head('main'), await team.head('second')],
      files: { [fileOf(2)]: textOf('step_0002').replace('id int', 'id bigint') },
    });
    await pushCommits(world, 'dora', 'main', evil);
    await world.settled();
    await expectHeld(2);
    expect(await team.told(number, 'dan', '/confirm')).toMatch(
      /`dan` confirmed .*, but wrote a commit of it/,
    );
    expect(await team.told(number, 'dora', '/confirm')).toMatch(/`dora` confirmed .*, but pushed it/);
    // By now its plan is the pull request's, and stays another than the one that was approved.
    for (const login of ['dan', 'dora']) await team.approve(number, login);
    await world.settled();
    await world.service.sweep();
    await world.settled();
    await expectHeld(2);
    expect(await team.told(number, 'wanda', '/confirm')).toMatch(/runs now/);
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('without a pull request is confirmed by nobody who pushed it, also where only GitHub’s own list tells who did', async () => {
    world.github.hooks.drop(({ event }) => event === 'push', 1);
    const main = await team.head('main');
    const written = { by: 'dan', as: 'wim', parents: [main] as const, files: step(3) };
    await pushCommits(world, 'dan', 'main', await looseCommit(world, written));
    await world.service.sweep();
    await world.settled();
    await expectHeld(3);
    const alert = await team.alert();
    const { activities } = world.github.store;
    const listed = activities.splice(0);
    for (const login of ['dan', 'wanda']) {
      const said = await team.told(alert, login, '/confirm');
      expect(said).toContain(
        `\`${login}\` confirmed on #&#8203;${alert}, but may be among the authors that GitHub does not list`,
      );
    }
    expect(await heldBecause()).toMatch(/cannot be told who wrote what was pushed here/);
    await expectHeld(3);
    activities.push(...listed);
    expect(await team.told(alert, 'dan', '/confirm')).toMatch(/`dan` confirmed .*, but pushed it/);
    // What wanda said stays said, and counts now.
    expect(await world.history('prod')).toContain(ranAs(3));
  });

  it('behind other rules of the same push is decided by those from before all of it', async () => {
    const main = await team.head('main');
    const rules = await looseCommit(world, { by: 'wim', parents: [main], files: { [path]: weaker } });
    // A change of the folder in which nothing is to be run, so that it is dealt with on its own.
    const words = { by: 'wim', parents: [rules] as const, files: { 'migrations/README.md': '# Ours\n' } };
    const between = await looseCommit(world, words);
    const migration = await looseCommit(world, { by: 'wim', parents: [between], files: step(4) });
    await pushCommits(world, 'wim', 'main', migration);
    await world.settled();
    await expectHeldBehindRules(4);
    await team.told(await team.alert(), 'dan', '/confirm');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(4));
  });

  it('behind a push of other rules that is heard of together with it is decided by those from before both', async () => {
    await team.rule(repositoryFile, { by: 'ada', beside: { 'migrations/README.md': null } });
    await world.settled();
    world.github.hooks.drop(({ event }) => event === 'push', 2);
    await team.push('main', { [path]: weaker });
    await team.push('main', step(5));
    await world.service.sweep();
    await world.settled();
    await expectHeldBehindRules(5);
    await team.told(await team.alert(), 'dan', '/confirm');
    expect(await world.history('prod')).toContain(ranAs(5));
  });

  it('by a merge of one’s own behind other rules of the same push is decided by those from before it as well', async () => {
    await team.rule(repositoryFile, { by: 'ada' });
    await world.settled();
    const number = await team.open({ branch: 'sixth', files: step(6) });
    await world.settled();
    const [main, head] = [await team.head('main'), await team.head('sixth')];
    const rules = await looseCommit(world, { by: 'wim', parents: [main], files: { [path]: weaker } });
    const merge = await looseCommit(world, { by: 'wim', parents: [rules, head], files: step(6) });
    await pushCommits(world, 'wim', 'main', merge);
    await world.settled();
    await expectHeldBehindRules(6);
    expect(await team.told(number, 'wim', '/confirm')).toMatch(
      /`wim` confirmed .*, but opened this pull request/,
    );
    expect(await team.told(number, 'dan', '/confirm')).toMatch(/runs now/);
    expect(await world.history('prod')).toContain(ranAs(6));
    await expectAgreement(world);
  });
});
