import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { looseCommit, pushCommits } from '../support/loose-commits.ts';
import { SHOP, type World } from '../support/world.ts';
import { oneOfDba, startScene } from './scene.ts';
import { ranAs, rulesPath, step, type Team } from './team.ts';

const weaker = oneOfDba.replace('@acme/dba', 'role:write');
const open = oneOfDba.replace(/approvals: .*/, 'protected: false');
const stricter = oneOfDba.replace('required: 1', 'required: 2');

describe('rules that reach the default branch past the gate', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene());
  });
  afterAll(async () => {
    expect(world.violations()).toEqual([]);
    expect(world.github.unknownRequests).toEqual([]);
    await world.close();
  });

  const pushed = async (file: string, by = 'wim'): Promise<void> => {
    await team.push('main', { [rulesPath]: file }, { by });
    await world.settled();
  };
  const putBack = async (file = oneOfDba): Promise<void> => {
    await pushed(file);
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
  };

  it('hold what they rule, and say what was changed, by whom, and who was to agree', async () => {
    await pushed(open);
    expect(await team.holds()).toEqual(['prod: rules']);
    expect(await team.alerts()).toEqual([
      'prod is on hold: its rules were changed, and nobody who was to agree has',
    ]);
    const { data } = await world.as('ada').rest.issues.get({ ...SHOP, issue_number: await team.alert() });
    expect(data.body).toMatch(/Commit `[0-9a-f]{10}` by `wim` changed the rules on `main`/);
    expect(data.body).toMatch(/needs 1 approval from a member of `acme\/dba`/);
    expect(data.body).toMatch(/`\/confirm` on the alert issue/);
    expect(data.body).toMatch(/put the files back/);
  });

  it('are said by /status not to be in force', async () => {
    const number = await team.open({ branch: 'asks', files: { 'NOTES.md': 'Notes.\n' } });
    await world.settled();
    expect(await team.told(number, 'rita', '/status')).toMatch(
      /The rules on `main` \(`\.github\/tidegate\.yml`\) are not in force/,
    );
    await team.close(number);
  });

  it('let nothing through that only they would', async () => {
    const number = await team.open({ branch: 'profits', files: step(2) });
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('failure');
    expect(await team.said(number, 'gate')).toMatch(/on hold/);
    await team.merge(number);
    await world.settled();
    await team.push('main', step(3));
    await world.settled();
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await team.holds()).toEqual(['prod: rules']);
  });

  it('are no way to a word for them: whom only they name, and who pushed them, are refused', async () => {
    const alert = await team.alert();
    expect(await team.told(alert, 'wanda', '/confirm')).toMatch(/`wanda` may not use `\/confirm`/);
    expect(await team.told(alert, 'wim', '/confirm')).toMatch(/`wim` may not use `\/confirm`/);
    expect(await team.told(alert, 'dan', '/release')).toMatch(/prod stays on hold/);
    await team.told(alert, 'dan', '/retry');
    expect(await team.holds()).toEqual(['prod: rules']);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
  });

  it('end their hold by themselves once they are put back, and what came since is decided by the old ones', async () => {
    await pushed(oneOfDba);
    expect(await team.holds()).toEqual(['prod: not-approved']);
    const alert = await team.alert();
    await team.told(alert, 'dan', '/confirm');
    await team.told(await team.alert(), 'dora', '/confirm');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
  });

  it('are in force once enough of those agree whom the old ones name', async () => {
    await pushed(weaker);
    const told = await team.told(await team.alert(), 'dan', '/confirm');
    expect(told).toMatch(/The new rules are in force now/);
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
    const number = await team.open({ branch: 'by-wanda', files: step(4) });
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number, 'wanda'))).toBe('success');
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(4));
  });

  it('hold the same where they ask for more, by the word of the newest that was shown', async () => {
    await pushed(stricter);
    expect(await team.holds()).toEqual(['prod: rules']);
    const alert = await team.alert();
    await pushed(`# Ours.\n${stricter}`, 'dora');
    expect((await team.answers(alert)).at(-1)).toMatch(/by `dora` changed the rules/);
    // wanda may by the rules before; who pushed any part of it may not.
    expect(await team.told(alert, 'dora', '/confirm')).toMatch(
      /`dora` confirmed on .* but wrote a commit of it/,
    );
    expect(await team.told(alert, 'wim', '/confirm')).toMatch(/`wim`/);
    expect(await team.holds()).toEqual(['prod: rules']);
    await team.told(alert, 'wanda', '/confirm');
    expect(await team.holds()).toEqual([]);
  });

  it('are not agreed to by a word that is heard once they are others', async () => {
    await pushed(weaker, 'ada');
    const alert = await team.alert();
    const release = world.github.hooks.delay(({ event }) => event === 'issue_comment');
    await team.comment(alert, 'dan', '/confirm');
    // GitHub tells the time of a comment in whole seconds: what is there by the next one was not seen.
    world.setTime(new Date(world.time().getTime() + 2_000));
    await pushed(open, 'ada');
    release();
    await world.settled();
    expect((await team.answers(alert)).join()).toMatch(/The rules have changed again since this was written/);
    expect(await team.holds()).toEqual(['prod: rules']);
    await putBack(`# Ours.\n${stricter}`);
  });
});

describe('rules that come by a pull request', () => {
  const usual = `${oneOfDba}    break_glass: { from: [wanda] }\n`;
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: usual }));
  });
  afterAll(async () => {
    expect(world.violations()).toEqual([]);
    await world.close();
  });

  const opened = async (branch: string, file: string): Promise<number> => {
    const number = await team.open({ branch, files: { [rulesPath]: file } });
    await world.settled();
    return number;
  };
  const merged = async (number: number, by = 'ada'): Promise<readonly string[]> => {
    await team.merge(number, { by });
    await world.settled();
    return team.holds();
  };

  it('are in force where it was approved as it landed', async () => {
    const number = await opened('two', usual.replace('required: 1', 'required: 2'));
    await team.approve(number);
    await world.settled();
    expect(await merged(number, 'wim')).toEqual([]);
    expect(await team.alerts()).toEqual([]);
    const next = await team.open({ branch: 'after', files: step(2) });
    await world.settled();
    await team.approve(next);
    expect(await team.gateAfter(next, team.approve(next))).toBe('action_required');
    await team.close(next);
  });

  it('are held where an administrator merges it past the gate, until enough have reviewed it', async () => {
    const number = await opened('past', usual);
    await team.approve(number);
    await world.settled();
    expect(await merged(number)).toEqual(['prod: rules']);
    expect((await team.answers(number))[0]).toMatch(/was merged by `ada`[^]*changed the rules/);
    await team.approve(number, 'wanda');
    await world.settled();
    expect(await team.holds()).toEqual(['prod: rules']);
    await team.approve(number, 'dora');
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect((await team.answers(number))[0]).toMatch(/there was nothing to run/);
  });

  it('are in force by the word of who may break the glass', async () => {
    const number = await opened('glass', `# In haste.\n${usual}`);
    await team.told(number, 'wanda', '/apply --now "nobody is there"');
    expect(await team.check(number, 'gate')).toBe('success');
    expect(await merged(number)).toEqual([]);
  });

  it('are held where the merge has more in it than was approved', async () => {
    const number = await opened('more', `# More.\n${usual}`);
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    const evil = await looseCommit(world, {
      by: 'wim',
      parents: [await team.head('main'), await team.head('more')],
      files: { [rulesPath]: `# More.\n${open}` },
    });
    await pushCommits(world, 'wim', 'main', evil);
    await world.settled();
    expect(await team.holds()).toEqual(['prod: rules']);
    await team.approve(number, 'dora');
    await world.settled();
    expect(await team.holds()).toEqual(['prod: rules']);
    expect(await team.told(await team.alert(), 'dora', '/confirm')).toMatch(/in force now/);
    await team.rule(usual);
    await world.settled();
  });

  it('are red while their base has changed the same file, and green again once updated', async () => {
    const number = await opened('mixed', usual.replace('[wanda]', '[wanda, dora]'));
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    await team.rule(`# Ours.\n${usual}`);
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    expect(await team.said(number, 'plan')).toMatch(/Merge main into mixed and push/);
    await world.as('wim').rest.pulls.updateBranch({ ...SHOP, pull_number: number });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('success');
    expect(await team.gateAfter(number, team.approve(number, 'dora'))).toBe('success');
    expect(await merged(number, 'wim')).toEqual([]);
  });

  it('are agreed to by whom the last ones ask where they mend a file that cannot be read', async () => {
    await team.push('main', { [rulesPath]: 'version: [' }, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual([]);
    const number = await opened('mends', `# Mended.\n${usual}`);
    expect(await team.gateAfter(number, team.approve(number, 'ada'))).toBe('action_required');
    expect(await team.gateAfter(number, team.approve(number))).toBe('success');
    expect(await merged(number, 'wim')).toEqual([]);
  });

  it('are not approved anew by a force push to where they once were', async () => {
    const before = await team.head('main');
    await team.rule(usual.replace('[wanda]', '[ada]'));
    await world.settled();
    await world.as('ada').rest.git.updateRef({ ...SHOP, ref: 'heads/main', sha: before, force: true });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: rules']);
  });
});

describe('rules on a default branch that is no environment', () => {
  const rules = `version: 1
environments:
  qa: { branch: qa, approvals: { required: 1, from: [wanda] } }
  prod: { branch: production, approvals: { required: 1, from: [dan] } }
`;
  const looser = rules.replace('[dan]', "['role:write']");
  let world: World;
  let team: Team;

  beforeAll(async () => {
    const environments = ['qa', 'prod'];
    ({ world, team } = await startScene({
      repositoryFile: rules,
      environments,
      branches: ['qa', 'production'],
    }));
  });
  afterAll(async () => {
    expect(world.violations()).toEqual([]);
    await world.close();
  });

  it('are found by the sweep where no webhook told, also after a restart, and hold all that is protected', async () => {
    world.github.hooks.drop(({ event }) => event === 'push', 1);
    await team.push('main', { [rulesPath]: looser }, { by: 'dora' });
    // Nobody has looked yet, and they are not in force.
    const number = await team.open({ branch: 'second', base: 'production', files: step(2) });
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number, 'dora'))).not.toBe('success');
    await world.restart();
    await world.service.sweep();
    await world.settled();
    expect(await team.holds()).toEqual(['prod: rules', 'qa: rules']);
    expect(await team.alerts()).toHaveLength(2);
    await world.service.sweep();
    await world.settled();
    expect(await team.alerts()).toHaveLength(2);
  });

  it('need a word of those whom all of them ask, on any of the alerts', async () => {
    const alert = await team.alert();
    expect(await team.told(alert, 'wim', '/confirm')).toMatch(/may not use/);
    expect(await team.told(alert, 'wanda', '/confirm')).toMatch(/They wait still: .*dan/);
    expect(await team.holds()).toEqual(['prod: rules', 'qa: rules']);
    await team.told(alert, 'dan', '/confirm');
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
  });

  it('leave no hold on an environment that they name no more', async () => {
    world.github.hooks.drop(({ event }) => event === 'push', 1);
    await team.push('main', { [rulesPath]: looser.replace(/  qa: .*\n/, '') }, { by: 'ada' });
    await world.service.sweep();
    await world.settled();
    expect(await team.holds()).toEqual(['prod: rules', 'qa: rules']);
    const alert = await team.alert();
    for (const login of ['wanda', 'dan']) await team.told(alert, login, '/confirm');
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
  });
});
