import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScene } from '../flows/scene.ts';
import { fileOf, ranAs, step, textOf, type Team } from '../flows/team.ts';
import { expectAgreement } from '../flows/agreement.ts';
import { nextSecond } from '../support/strangers.ts';
import { SHOP, type World } from '../support/world.ts';

describe('an approval that was got by a trick', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene());
    // GitHub names the account behind an address by what it has committed before.
    await team.push('main', { 'NOTES.md': 'Notes.\n' }, { by: 'dan' });
    await world.settled();
  });
  afterAll(() => world.close());

  const gate = async (number: number): Promise<string | null> => {
    await world.settled();
    return team.check(number, 'gate');
  };
  const approveAt = (number: number, commit: string, login = 'dan') =>
    world.as(login).rest.pulls.createReview({
      ...SHOP,
      pull_number: number,
      event: 'APPROVE',
      commit_id: commit,
    });

  it('of a commit that is no longer the head does not count where its plan was another', async () => {
    const number = await team.open({ branch: 'older', files: step(2) });
    await world.settled();
    const older = await team.head('older');
    await team.push('older', step(3));
    await world.settled();
    await nextSecond();
    await approveAt(number, older);
    expect(await gate(number)).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/`dan` approved .* where the plan was another/);
    await team.close(number);
  });

  it('of a commit that was never planned does not count, also once it is', async () => {
    const number = await team.open({ branch: 'unplanned', files: step(2) });
    await world.settled();
    world.github.hooks.drop(({ event, action }) => event === 'pull_request' && action === 'synchronize', 1);
    const unplanned = await team.push('unplanned', step(3));
    await team.push('unplanned', step(4));
    await world.settled();
    await approveAt(number, unplanned);
    expect(await gate(number)).toBe('action_required');
    // A head that nobody had planned when it was approved, and that is planned only now.
    await world.github.commitFiles(world.repository, {
      branch: 'unplanned',
      files: {},
      message: 'Nothing',
      author: { login: 'wim' },
    });
    expect(await gate(number)).toBe('action_required');
    await team.close(number);
  });

  it('between a push and its plan does not count: nobody had seen that plan', async () => {
    const number = await team.open({ branch: 'between', files: step(2) });
    await world.settled();
    const release = world.github.hooks.delay(
      ({ event, action }) => event === 'pull_request' && action === 'synchronize',
      1,
    );
    const reviews = world.github.hooks.delay(({ event }) => event === 'pull_request_review', 1);
    const pushed = await team.push('between', step(3));
    await approveAt(number, pushed);
    // A review's time is in whole seconds, rounded down, and a plan of that second may have been seen.
    await nextSecond();
    await nextSecond();
    release();
    reviews();
    expect(await gate(number)).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(
      /`dan` approved before there was a plan of it for `prod`/,
    );
    await team.approve(number);
    expect(await gate(number)).toBe('success');
    await team.close(number);
  });

  it('is not of a waiver that is added afterwards by the change that profits', async () => {
    const dropping = (waiver: string) =>
      `-- Up Migration\n${waiver}DROP TABLE step_0001;\n\n-- Down Migration\n${textOf('step_0001').split('\n')[1] ?? ''}\n`;
    const number = await team.open({ branch: 'waived', files: { [fileOf(2)]: dropping('') } });
    await world.settled();
    await team.approve(number);
    expect(await gate(number)).toBe('success');
    const waiver = '-- tidegate:allow drop-table until=2999-01-01 reason="nobody reads it"\n';
    await team.push('waived', { [fileOf(2)]: dropping(waiver) });
    expect(await gate(number)).toBe('action_required');
    expect(await team.said(number, 'plan')).toMatch(/nobody reads it/);
    await team.close(number);
  });

  it.each([
    ['a co-author line in other letters', 'Work\n\nCO-AUTHORED-BY: Somebody <DAN@acme.example>'],
    ['a co-author line by a noreply address', 'Work\n\nCo-authored-by: X <7+dan@users.noreply.github.com>'],
    [
      'a co-author line before other trailers',
      'Work\n\nCo-authored-by: Dan <dan@acme.example>\nSigned-off-by: wim',
    ],
  ])('of one’s own work under %s does not count (fault 15)', async (what, message) => {
    const branch = `own-${what.length}`;
    const number = await team.open({ branch, files: step(2) });
    await world.github.commitFiles(world.repository, {
      branch,
      files: step(3),
      message,
      author: { login: 'wim' },
    });
    await world.settled();
    await team.approve(number);
    expect(await gate(number)).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/`dan` approved, but is a co-author/);
    await team.close(number);
  });

  it('of one’s own commits in a pull request that somebody else opened does not count (fault 15)', async () => {
    const number = await team.open({ branch: 'opened-for', files: step(2) });
    await team.push('opened-for', step(3), { by: 'dan' });
    await world.github.commitFiles(world.repository, {
      branch: 'opened-for',
      files: step(4),
      message: 'Committed for another',
      author: { login: 'wim' },
      committer: { name: 'dora', email: 'dora@acme.example' },
    });
    await world.settled();
    await team.approve(number, 'dan');
    await team.approve(number, 'dora');
    expect(await gate(number)).toBe('action_required');
    const said = await team.said(number, 'gate');
    expect(said).toMatch(/`dan` approved, but wrote a commit of it/);
    expect(said).toMatch(/`dora` approved, but committed to it/);
    await expect(team.approve(number, 'wim')).rejects.toThrow(/own pull request/);
    await team.close(number);
  });

  it('of a draft is one of its plan like any other: a draft is neither skipped nor let through', async () => {
    await team.push('draft', step(2), { from: 'main' });
    const asked = { ...SHOP, head: 'draft', base: 'main', title: 'A draft', draft: true };
    const { data } = await world.as('wim').rest.pulls.create(asked);
    expect([await gate(data.number), await team.check(data.number, 'plan')]).toEqual([
      'action_required',
      'success',
    ]);
    await team.approve(data.number);
    expect(await gate(data.number)).toBe('success');
    await expect(team.merge(data.number)).rejects.toThrow(/draft/i);
    await team.close(data.number);
  });

  it('is of no push that a merge races: what landed is decided again (fault 11)', async () => {
    const number = await team.open({ branch: 'raced', files: step(2) });
    await world.settled();
    await team.approve(number);
    expect(await gate(number)).toBe('success');
    world.github.hooks.drop(({ event, action }) => event === 'pull_request' && action === 'synchronize', 1);
    await team.push('raced', { [fileOf(2)]: textOf('step_0002').replace('id int', 'id bigint') });
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).not.toContain(ranAs(2));
    await team.approve(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('leaves the database equal to the branch after all of that', () => expectAgreement(world));
});
