import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, rulesPath, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
`;

describe('the pull request that takes a rollback out of the branch', () => {
  let world: World;
  let team: Team;
  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, files: { 'app.txt': 'one\n' } }));
  });
  afterAll(() => world.close());

  const catchUp = async (): Promise<void> => {
    await world.service.sweep();
    await world.settled();
  };
  const rest = () => world.as('ada').rest;
  const pull = async (number: number) => (await rest().pulls.get({ ...SHOP, pull_number: number })).data;
  const files = async (number: number) =>
    (await rest().pulls.listFiles({ ...SHOP, pull_number: number })).data.map(
      ({ filename, status }) => `${status} ${filename}`,
    );
  const openByApp = async (): Promise<readonly number[]> => {
    const { data } = await rest().pulls.list({ ...SHOP, state: 'open' });
    return data.filter(({ user }) => user?.login === 'tidegate[bot]').map(({ number }) => number);
  };
  const revertOf = async (number: number, command = '/rollback'): Promise<number> => {
    await team.told(number, 'dan', `${command} --accept-data-loss`);
    await team.told(number, 'dora', '/confirm');
    const [revert = 0, ...more] = await openByApp();
    expect(more).toEqual([]);
    return revert;
  };
  const sayings = async (number: number, words: string): Promise<number> =>
    (await team.answers(number)).filter((body) => body.includes(words)).length;
  const end = async (revert: number): Promise<void> => {
    await team.merge(revert);
    await world.settled();
    expect(await team.holds()).toEqual([]);
  };

  it('is linked both ways, and until it is merged no gate with steps into its branch is green', async () => {
    const other = await team.open({ branch: 'other', files: step(9) });
    const without = await team.open({ branch: 'without', files: { 'read.txt': 'me\n' } });
    const number = await team.land({ branch: 'two', files: step(2) });
    await team.approve(other);
    await world.settled();
    const revert = await revertOf(number);
    expect((await team.answers(number)).at(-1)).toContain(`#${revert}`);
    expect((await pull(revert)).body).toContain(`#${number}`);
    expect(await team.check(other, 'gate')).toBe('failure');
    const said = await team.said(other, 'gate');
    expect(said).toContain(`#${number} is taken back on prod; the branch still holds that.`);
    expect(said).toContain('Merge the revert pull request');
    expect(await team.check(without, 'gate')).toBe('success');
    expect(await team.check(revert, 'gate')).toBe('success');
    await end(revert);
    expect(await team.check(other, 'gate')).toBe('success');
    await team.close(other);
    await team.close(without);
  });

  it('is made anew, of the migrations alone, where it conflicts with its branch by now', async () => {
    const number = await team.land({ branch: 'three', files: { ...step(3), 'app.txt': 'three\n' } });
    const revert = await revertOf(number);
    expect(await files(revert)).toEqual(['modified app.txt', `removed ${fileOf(3)}`]);
    await team.push('main', { 'app.txt': 'four\n' });
    await world.settled();
    await catchUp();
    const [anew = 0, ...more] = await openByApp();
    expect(more).toEqual([]);
    expect(anew).not.toBe(revert);
    expect(await files(anew)).toEqual([`removed ${fileOf(3)}`]);
    expect(await sayings(revert, `#${anew} takes just the migrations out of the branch`)).toBe(1);
    expect((await pull(revert)).state).toBe('closed');
    await catchUp();
    expect(await openByApp()).toEqual([anew]);
    expect(await team.check(anew, 'gate')).toBe('success');
    await end(anew);
  });

  it('of the App’s own branch is brought up to date when its base moves on', async () => {
    const number = await team.land({ branch: 'five', files: { ...step(4), ...step(5) } });
    const revert = await revertOf(number, `/rollback ${ranAs(5)}`);
    const before = (await pull(revert)).head.sha;
    const moved = await team.push('main', { 'app.txt': 'five\n' });
    await world.settled();
    const { head } = await pull(revert);
    expect(head.sha).not.toBe(before);
    const { data: commit } = await rest().git.getCommit({ ...SHOP, commit_sha: head.sha });
    expect(commit.parents.map(({ sha }) => sha)).toEqual([moved]);
    expect(await team.check(revert, 'gate')).toBe('success');

    // What somebody adds to it is theirs to bring up to date.
    const added = await team.push(head.ref, { 'more.txt': 'more\n' }, { by: 'wim' });
    await team.push('main', { 'app.txt': 'six\n' });
    await world.settled();
    await catchUp();
    expect((await pull(revert)).head.sha).toBe(added);
    await end(revert);
  });

  it('of GitHub’s own making is brought up to date as well, and keeps its approval', async () => {
    const rules = `${repositoryFile}    drift: { policy: warn }\n`;
    const number = await team.land({ branch: 'rules', files: { ...step(6), [rulesPath]: rules } });
    const revert = await revertOf(number);
    expect(await files(revert)).toEqual([`modified ${rulesPath}`, `removed ${fileOf(6)}`]);
    // It changes the rules back, which needs somebody; what it takes out of the branch needs nobody.
    expect(await team.check(revert, 'gate')).toBe('action_required');
    expect(await team.gateAfter(revert, team.approve(revert, 'dora'))).toBe('success');
    const before = (await pull(revert)).head.sha;
    const moved = await team.push('main', { 'app.txt': 'seven\n' });
    await world.settled();
    const parents = async (): Promise<readonly string[]> => {
      const { head } = await pull(revert);
      const { data: commit } = await rest().git.getCommit({ ...SHOP, commit_sha: head.sha });
      return commit.parents.map(({ sha }) => sha);
    };
    expect(await parents()).toEqual([before, moved]);
    expect(await team.check(revert, 'gate')).toBe('success');
    // Up to date it is left alone, and once somebody has added to it that is theirs.
    const updated = (await pull(revert)).head;
    await catchUp();
    expect((await pull(revert)).head.sha).toBe(updated.sha);
    const added = await team.push(updated.ref, { 'more.txt': 'more\n' }, { by: 'wim' });
    await team.push('main', { 'app.txt': 'eight\n' });
    await world.settled();
    expect((await pull(revert)).head.sha).toBe(added);
    await end(revert);
  });

  it('is missed where somebody closed it: that is said once, and /retry opens another', async () => {
    const number = await team.land({ branch: 'six', files: step(6) });
    const revert = await revertOf(number);
    await team.close(revert);
    await world.settled();
    await catchUp();
    await catchUp();
    expect(await sayings(revert, 'was closed without being merged. `prod` stays on hold')).toBe(1);
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    expect(await openByApp()).toEqual([]);
    const told = await team.told(revert, 'dan', '/retry');
    const [anew = 0] = await openByApp();
    expect(told).toContain(`#${anew} takes what was taken back on \`prod\` out of its branch.`);
    expect(await files(anew)).toEqual([`removed ${fileOf(6)}`]);
    expect(await team.told(anew, 'dan', '/retry')).toMatch(/stays on hold/);
    await end(anew);
  });

  it('leaves the database equal to its branch after all of that', () => expectAgreement(world));
});
