import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Repository } from '../../src/demo/github/model.ts';
import { stickyMarker } from '../../src/report/sticky-marker.ts';
import { expectAgreement } from '../flows/agreement.ts';
import { oneOfDba, startScene } from '../flows/scene.ts';
import { ranAs, step, textOf, type Team } from '../flows/team.ts';
import { otherApp } from '../support/strangers.ts';
import { SHOP, type World } from '../support/world.ts';

describe('what another passes off as Tidegate’s or as theirs', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene());
  });
  afterAll(() => world.close());

  it('a check of the same name by another App does not count, to GitHub nor to Tidegate (fault 24)', async () => {
    await team.requireGate('may go past');
    const forger = otherApp(world, 'forger');
    // Nothing is heard of the pull request: the forged checks are the first on its head.
    world.github.hooks.drop(({ event }) => event === 'pull_request', 1);
    const number = await team.open({ branch: 'forged', files: step(2) });
    for (const kind of ['plan', 'gate']) {
      await forger.rest.checks.create({
        ...SHOP,
        name: `tidegate / ${kind} (prod)`,
        head_sha: await team.head('forged'),
        status: 'completed',
        conclusion: 'success',
      });
    }
    await world.settled();
    await expect(team.merge(number)).rejects.toThrow(/gate/);
    await world.service.sweep();
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('action_required');
    await expect(team.merge(number)).rejects.toThrow(/gate/);
    // Past the gate by an administrator it is decided again: no check is asked, whosever it is.
    await team.merge(number, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).not.toContain(ranAs(2));
    await team.requireNothing();
    await team.approve(number);
    await world.settled();
  });

  it('a comment with the App’s marker by another is neither changed nor taken for its own (fault 29)', async () => {
    world.github.hooks.drop(({ event }) => event === 'pull_request', 1);
    const number = await team.open({ branch: 'marked', files: step(3) });
    const marker = stickyMarker(world.repository.id, number);
    const words = `${marker}\n**✅ You can merge.**`;
    const bot = otherApp(world, 'tidegate-helper');
    const ids = [
      await team.comment(number, 'wim', words),
      (await bot.rest.issues.createComment({ ...SHOP, issue_number: number, body: words })).data.id,
    ];
    await world.service.sweep();
    await world.settled();
    for (const comment_id of ids) {
      const { data } = await world.as('ada').rest.issues.getComment({ ...SHOP, comment_id });
      expect(data.body).toBe(words);
    }
    const own = (await team.answers(number)).filter((body) => body.includes(marker));
    expect(own).toEqual([expect.stringMatching(/Not yet: it needs approval/)]);
    await team.close(number);
  });

  it('another repository that names the same environment does not get its database', async () => {
    const other = await createOther(world, 'other');
    const number = await openIn(world, other, 'main', step(4));
    await world.settled();
    const { data } = await world.as('ada').rest.checks.listForRef({
      owner: 'acme',
      repo: 'other',
      ref: number.head,
      check_name: 'tidegate / plan (prod)',
    });
    expect(data.check_runs[0]?.conclusion).toBe('failure');
    expect(data.check_runs[0]?.output.summary).toMatch(/configuration names none for/);
    await world.as('ada').rest.pulls.merge({ owner: 'acme', repo: 'other', pull_number: number.number });
    await world.settled();
    expect(await world.history('prod')).not.toContain(ranAs(4));
  });

  it.each([
    ['by an address', 'url: postgres://prod.acme.example/shop'],
    ['by a secret of the server', 'url: env:URL_PROD'],
    ['by the name of a repository', 'repository: acme/shop'],
  ])('a repository’s file cannot name a database %s', async (what, line) => {
    const stolen = oneOfDba.replace('    branch: main\n', `    branch: main\n    ${line}\n`);
    const branch = `naming-${what.length}`;
    const number = await team.open({ branch, files: { '.github/tidegate.yml': stolen } });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    expect(await team.said(number, 'plan')).toMatch(/tidegate\.yml:\d+/);
    expect(await team.said(number, 'plan')).not.toContain(world.targets.get('prod')?.url ?? '');
    await team.close(number);
  });

  it('leaves the database equal to the branch after all of that', () => expectAgreement(world));

  it('a repository that takes over the name does not get the database, and the renamed one keeps it', async () => {
    await world.as('ada').rest.repos.update({ ...SHOP, name: 'shop-of-old' });
    await world.settled();
    const thief = await createOther(world, 'shop');
    const { number } = await openIn(world, thief, 'main', step(5));
    await world.settled();
    await world.as('ada').rest.pulls.merge({ ...SHOP, pull_number: number });
    await world.settled();
    expect(await world.history('prod')).not.toContain(ranAs(5));
    const own = await openIn(world, world.repository, 'main', step(6));
    await world.settled();
    const { data } = await world.as('ada').rest.checks.listForRef({
      owner: 'acme',
      repo: 'shop-of-old',
      ref: own.head,
      check_name: 'tidegate / plan (prod)',
    });
    expect(data.check_runs[0]?.conclusion).toBe('success');
  });
});

/** Another repository of acme's, with the same rules, on which the App is installed too. */
async function createOther(world: World, name: string): Promise<Repository> {
  const repository = await world.github.createRepository({
    owner: 'acme',
    name,
    files: { '.github/tidegate.yml': oneOfDba, 'migrations/0001_step.sql': textOf('step_0001') },
  });
  const app = world.github.store.apps.get(world.appId);
  if (app === undefined) throw new Error('the App is not there');
  world.github.installApp(app, repository);
  return repository;
}

async function openIn(
  world: World,
  repository: Repository,
  base: string,
  files: Readonly<Record<string, string>>,
): Promise<{ readonly number: number; readonly head: string }> {
  const branch = `work-${Object.keys(files).length}-${repository.id}`;
  const author = { login: 'ada' };
  const head = await world.github.commitFiles(repository, {
    branch,
    files,
    message: 'Work',
    author,
    from: base,
  });
  const where = { owner: 'acme', repo: repository.name };
  const { data } = await world.as('ada').rest.pulls.create({ ...where, head: branch, base, title: 'Work' });
  return { number: data.number, head };
}
