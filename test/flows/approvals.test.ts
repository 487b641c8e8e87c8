import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stickyMarker } from '../../src/report/sticky-marker.ts';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, textOf, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev:
    branch: dev
    approvals: { required: 1, from: ['@acme/dba'] }
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
`;

describe('an approval', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'prod'] }));
  });
  afterAll(() => world.close());

  it('is of the statements up and down, whatever else is pushed (fault 11)', async () => {
    const number = await team.open({ branch: 'pushed', files: step(2) });
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    expect(await team.gateAfter(number, team.push('pushed', { 'README.md': '# Other\n' }))).toBe('success');
    const otherDown = textOf('step_0002').replace('DROP TABLE step_0002', 'DROP TABLE step_0002 CASCADE');
    expect(await team.gateAfter(number, team.push('pushed', { [fileOf(2)]: otherDown }))).toBe(
      'action_required',
    );
    expect(await team.gateAfter(number, team.push('pushed', step(2)))).toBe('success');
    expect(await team.gateAfter(number, team.push('pushed', step(3)))).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/`dan` approved .* where the plan was another/);
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    await team.merge(number, { method: 'squash' });
    await world.settled();
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
  });

  it('is over once dismissed, and an older one does not come back (fault 12)', async () => {
    const number = await team.open({ branch: 'dismissed', files: step(4) });
    await world.settled();
    await team.approve(number);
    const newer = await team.approve(number);
    await world.settled();
    const dismissal = { ...SHOP, pull_number: number, review_id: newer, message: 'Wait.' };
    expect(await team.gateAfter(number, world.as('ada').rest.pulls.dismissReview(dismissal))).toBe(
      'action_required',
    );
    const review = { ...SHOP, pull_number: number, event: 'REQUEST_CHANGES' as const, body: 'No.' };
    await team.approve(number);
    expect(await team.gateAfter(number, world.as('dora').rest.pulls.createReview(review))).toBe(
      'action_required',
    );
    expect(await team.said(number, 'gate')).toMatch(/`dora` asked for changes/);
    expect(await team.gateAfter(number, team.approve(number, 'dora'))).toBe('success');
    await team.close(number);
  });

  it('does not count from who wrote in it, who may only read, or who is in no team (fault 15)', async () => {
    // GitHub names the account behind a co-author's address by what it has committed before.
    await team.push('main', { 'NOTES.md': 'Notes.\n' }, { by: 'dan' });
    const number = await team.open({ branch: 'co-author', files: step(4) });
    await team.push('co-author', step(5), { coAuthor: 'dan' });
    await world.settled();
    await team.approve(number, 'rita');
    await team.approve(number, 'wanda');
    expect(await team.gateAfter(number, team.approve(number))).toBe('action_required');
    expect(await team.said(number, 'gate')).toMatch(/`dan` approved, but is a co-author/);
    expect(await team.gateAfter(number, team.approve(number, 'dora'))).toBe('success');
    await team.close(number);
  });

  it('is for one environment: it is void on another base, and good again on its own (fault 14)', async () => {
    const number = await team.open({ branch: 'retargeted', files: step(4) });
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    const retarget = (base: string) =>
      world.as('wim').rest.pulls.update({ ...SHOP, pull_number: number, base });
    expect(await team.gateAfter(number, retarget('dev'), 'dev')).toBe('action_required');
    expect(await team.gateAfter(number, retarget('main'))).toBe('success');
    await team.close(number);
  });

  it('is weighed again when it is applied: who left the team meanwhile does not count (fault 13)', async () => {
    const number = await team.open({ branch: 'left', files: step(4) });
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    const dba = [...world.github.store.teams.values()].find(({ slug }) => slug === 'dba');
    if (dba === undefined) throw new Error('this world has no team dba');
    world.github.setTeamMember(dba, 'dan', 'removed');
    await team.merge(number, { method: 'rebase' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).not.toContain(ranAs(4));
    world.github.setTeamMember(dba, 'dan', 'added');
    await team.approve(number, 'dora');
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(4));
  });

  it('of what goes to dev is none of what goes to prod, also where both would run the same', async () => {
    const number = await team.open({ branch: 'retargeted', files: step(5) });
    await world.settled();
    const retarget = async (base: string): Promise<void> => {
      await world.as('wim').rest.pulls.update({ ...SHOP, pull_number: number, base });
      await world.settled();
    };
    await retarget('dev');
    await team.approve(number);
    await world.settled();
    await retarget('main');
    expect(await team.check(number, 'gate')).toBe('action_required');
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    await team.close(number);
  });

  it('cannot be forged by a check, a status or a comment of the same name (faults 24, 29)', async () => {
    await team.requireGate('too');
    const number = await team.open({ branch: 'forged', files: step(5) });
    const marker = stickyMarker(world.repository.id, number);
    const forged = await team.comment(number, 'wim', `${marker}\nAll is approved.`);
    await world.settled();
    const sha = await team.head('forged');
    const status = { ...SHOP, sha, state: 'success' as const, context: 'tidegate / gate (prod)' };
    await world.as('wim').rest.repos.createCommitStatus(status);
    await expect(team.merge(number)).rejects.toThrow(/gate/);
    const { data } = await world.as('ada').rest.issues.getComment({ ...SHOP, comment_id: forged });
    expect(data.body).toMatch(/All is approved/);
    expect((await team.answers(number)).filter((body) => body.includes(marker))).toHaveLength(1);
    await team.requireNothing();
    await team.close(number);
  });

  it.each<[string, Record<string, string | null>, RegExp]>([
    ['an applied file is edited', step(4, 'step_edited'), /0004\\?_step has been applied, and its file/],
    [
      'an applied file is renamed',
      { [fileOf(4)]: null, [fileOf(9)]: textOf('step_0004') },
      /now called 0009\\?_step/,
    ],
    ['a new file sorts before an applied one', step(0), /0000\\?_step sorts before 0004\\?_step/],
  ])('helps nothing where %s', async (what, files, message) => {
    const number = await team.open({ branch: `red-${what.replaceAll(' ', '-')}`, files });
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number))).toBe('failure');
    expect(await team.check(number, 'plan')).toBe('failure');
    expect(await team.said(number, 'plan')).toMatch(message);
    await team.close(number);
  });

  it('is needed for a change of the rules, by the rules that stand, and is of that very change (fault 23)', async () => {
    const path = '.github/tidegate.yml';
    const weaker = repositoryFile.replaceAll(
      "approvals: { required: 1, from: ['@acme/dba'] }",
      'protected: false',
    );
    const number = await team.open({ branch: 'weaker', files: { [path]: weaker, ...step(6) } });
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('action_required');
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    const harmless = `# Reviewed once a year.\n${repositoryFile}`;
    expect(await team.gateAfter(number, team.push('weaker', { [path]: harmless }))).toBe('action_required');
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(6));
    const alone = await team.open({ branch: 'weaker-alone', files: { [path]: weaker } });
    await world.settled();
    expect(await team.check(alone, 'gate')).toBe('action_required');
    await team.close(alone);
  });

  it('leaves each database equal to its branch after all of that', () => expectAgreement(world));
});
