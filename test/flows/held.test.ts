import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene, warnedOfDrift } from './scene.ts';
import { fileOf, ranAs, step, textOf, type Team } from './team.ts';

describe('an environment on hold', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ steps: 2, repositoryFile: warnedOfDrift }));
  });
  afterAll(() => world.close());
  afterEach(async () => {
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
  });

  it('takes nothing that was pushed directly, and ends when a pull request takes it out again (fault 17)', async () => {
    await team.push('main', step(3));
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await team.alerts()).toHaveLength(1);
    expect(await world.history('prod')).not.toContain(ranAs(3));
    const number = await team.open({ branch: 'out-again', files: { [fileOf(3)]: null } });
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('success');
    await team.merge(number);
    await world.settled();
  });

  it('takes what an administrator merged past the gate once it is approved, without a command (fault 16)', async () => {
    await team.requireGate('may go past');
    const number = await team.open({ branch: 'bypass', files: step(4) });
    await world.settled();
    await expect(team.merge(number, { by: 'wanda' })).rejects.toThrow(/gate/);
    await team.merge(number, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).not.toContain(ranAs(4));
    await team.approve(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(4));
    await team.requireNothing();
  });

  it('can be ended by an approval also where the pull request was merged before it was ever planned', async () => {
    world.github.hooks.drop(({ event }) => event === 'pull_request', 1);
    const number = await team.open({ branch: 'too-fast', files: step(5) });
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    await team.approve(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(5));
  });

  it('takes nothing back for a force push, and ends when a commit brings the files back (fault 18)', async () => {
    const before = await world.history('prod');
    await team.push('main', { [fileOf(4)]: null, [fileOf(5)]: null }, { force: true });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: removed']);
    const other = await team.open({ branch: 'meanwhile', files: { ...step(6), 'README.md': '# Other\n' } });
    await world.settled();
    expect(await team.check(other, 'gate')).toBe('failure');
    await team.close(other);
    expect(await world.history('prod')).toEqual(before);
    await team.push('main', { ...step(4), ...step(5) });
    await world.settled();
    expect(await world.history('prod')).toEqual(before);
  });

  it('takes nothing back for a rewritten branch either, and ends when the branch is put back (fault 18)', async () => {
    const before = await team.head('main');
    const history = await world.history('prod');
    const { data: commit } = await world.as('ada').rest.git.getCommit({ ...SHOP, commit_sha: before });
    const older = commit.parents[0]?.sha ?? '';
    const force = (sha: string) =>
      world.as('ada').rest.git.updateRef({ ...SHOP, ref: 'heads/main', sha, force: true });
    await force(older);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: removed']);
    // The push that puts it back is not heard of: the sweep has to look.
    world.github.hooks.drop(({ event }) => event === 'push', 1);
    await force(before);
    await world.settled();
    await world.service.sweep();
    await world.settled();
    expect(await world.history('prod')).toEqual(history);
  });

  it('says once what is out of order, lets nothing else by, and ends when it is gone', async () => {
    const heldBefore = await audited(world, 'held');
    await team.push('main', { 'migrations/0000_step.sql': textOf('step_0000') });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: history-mismatch']);
    const [alert] = await team.alerts();
    await world.service.sweep();
    await world.settled();
    expect(await team.alerts()).toEqual([alert]);
    expect(await audited(world, 'held')).toBe(heldBefore + 1);
    const other = await team.open({ branch: 'another', files: step(7) });
    await world.settled();
    await team.approve(other);
    await world.settled();
    expect(await team.check(other, 'gate')).toBe('failure');
    await team.push('main', { 'migrations/0000_step.sql': null });
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await team.check(other, 'gate')).toBe('success');
    await team.merge(other);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(7));
  });

  it('ends when an applied file that was edited or renamed is as it ran again', async () => {
    await team.push('main', step(7, 'step_edited'));
    await world.settled();
    expect(await team.holds()).toEqual(['prod: history-mismatch']);
    await team.push('main', step(7));
    await world.settled();
    expect(await team.holds()).toEqual([]);
    await team.push('main', { [fileOf(7)]: null, [fileOf(8)]: textOf('step_0007') });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: history-mismatch']);
    await team.push('main', { [fileOf(7)]: textOf('step_0007'), [fileOf(8)]: null });
    await world.settled();
  });

  it('is told of a migration that fails on the target alone, and /retry runs it once the cause is gone', async () => {
    await world.query('prod', 'CREATE TABLE step_0009 (other int)');
    const number = await team.land({ branch: 'in-the-way', files: step(9) });
    expect(await team.holds()).toEqual(['prod: apply-failed']);
    expect(await team.alerts()).toHaveLength(1);
    expect(await world.history('prod')).not.toContain(ranAs(9));
    await world.query('prod', 'DROP TABLE step_0009');
    await team.comment(number, 'dan', '/retry');
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(9));
  });

  it('ends by a pull request that writes what failed anew', async () => {
    await world.query('prod', 'CREATE TABLE step_0010 (other int)');
    await team.land({ branch: 'in-the-way-again', files: step(10) });
    expect(await team.holds()).toEqual(['prod: apply-failed']);
    const mended = await team.land({ branch: 'mended', files: step(10, 'step_0010_of_ours') });
    expect(await team.check(mended, 'gate')).toBe('success');
    expect(await world.history('prod')).toContain(ranAs(10));
    await world.query('prod', 'DROP TABLE step_0010');
  });

  it('leaves the database equal to the branch after all of that', () => expectAgreement(world));
});

/** How often the audit tells of an action. */
async function audited(world: World, action: string): Promise<number> {
  const { rows } = await withClient(world.control.url, (client) =>
    client.query('SELECT id FROM tidegate.audit WHERE action = $1', [action]),
  );
  return rows.length;
}
