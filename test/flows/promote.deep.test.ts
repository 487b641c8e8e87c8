import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  qa: { branch: qa, protected: false, promotes_from: dev }
  prod:
    branch: main
    promotes_from: qa
    approvals: { required: 1, from: ['@acme/dba', wanda] }
    rollback: { approvals: 0 }
`;

describe('/promote', () => {
  let world: World;
  let team: Team;
  let first = 0;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'qa', 'prod'] }));
  });
  afterAll(() => world.close());

  const pull = async (number: number) =>
    (await world.as('ada').rest.pulls.get({ ...SHOP, pull_number: number })).data;
  const openPulls = async (base: string): Promise<readonly number[]> => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open', base });
    return data.map(({ number }) => number);
  };
  const filesIn = async (number: number) =>
    (await world.as('ada').rest.pulls.listFiles({ ...SHOP, pull_number: number })).data.map(
      ({ filename, status }) => `${status} ${filename}`,
    );

  it('opens one pull request of all that is ready, with where it comes from, and brings it up to date', async () => {
    first = await team.land({ branch: 'second', base: 'dev', files: { ...step(2), 'app.txt': 'two\n' } });
    expect(await team.told(first, 'rita', '/promote qa')).toMatch(/`rita` may not use `\/promote`/);
    const told = await team.told(first, 'wim', '/promote');
    const [toQa = 0] = await openPulls('qa');
    expect(told).toMatch(new RegExp(`#${toQa} promotes \`dev\` to \`qa\`:\\*\\*\n\n- \`0002_step\``));
    expect((await pull(toQa)).title).toBe('Promote dev to qa: 1 migration');
    expect((await pull(toQa)).head.sha).toBe(await team.head('dev'));
    expect(await filesIn(toQa)).toEqual(['added app.txt', `added ${fileOf(2)}`]);
    const second = await team.land({ branch: 'third', base: 'dev', by: 'wanda', files: step(3) });
    expect(await team.told(second, 'wim', '/promote qa')).toMatch(
      new RegExp(`#${toQa} is up to date and promotes.*0002_step.*0003_step`, 's'),
    );
    expect(await openPulls('qa')).toEqual([toQa]);
    const { title, body } = await pull(toQa);
    expect(title).toBe('Promote dev to qa: 2 migrations');
    expect(body).toMatch(
      new RegExp(`#${first} “Work on second” by \`wim\`.*#${second} “Work on third” by \`wanda\``, 's'),
    );
    expect(await team.check(toQa, 'gate', 'qa')).toBe('success');
    await team.merge(toQa);
    await world.settled();
    expect(await world.history('qa')).toEqual([1, 2, 3].map(ranAs));
    expect(await team.told(first, 'wim', '/promote qa')).toMatch(
      /Every migration on `dev` is on `qa` as well/,
    );
    expect(await team.told(first, 'wim', '/promote dev')).toMatch(/`promotes_from` was expected/);
  });

  it('holds just the files that are ready, up to the first that is not, and then all', async () => {
    await world.query('qa', 'CREATE TABLE step_0005 (id int)');
    const number = await team.land({
      branch: 'fifth',
      base: 'dev',
      files: { ...step(4), ...step(5), ...step(6) },
    });
    await team.told(number, 'wim', '/promote');
    const [toQa = 0] = await openPulls('qa');
    await team.merge(toQa);
    await world.settled();
    expect(await team.holds()).toEqual(['qa: apply-failed']);
    const told = await team.told(number, 'dan', '/promote prod');
    expect(told).toMatch(/- `0002_step`\n- `0003_step`\n- `0004_step`\n\nNot in it yet:/);
    expect(told).toMatch(/0005\\?_step was expected to run on qa .* it failed there/);
    const [toProd = 0] = await openPulls('main');
    expect(await filesIn(toProd)).toEqual([2, 3, 4].map((one) => `added ${fileOf(one)}`));
    const asked = await pull(toProd);
    expect(asked.requested_teams?.map(({ slug }) => slug)).toEqual(['dba']);
    // Wanda wrote one of them.
    expect(asked.requested_reviewers).toEqual([]);
    expect(await team.check(toProd, 'plan')).toBe('success');
    expect(await team.gateAfter(toProd, team.approve(toProd, 'dan'))).toBe('action_required');
    expect(await team.said(toProd, 'gate')).toMatch(/`dan`.*asked for/);
    expect(await team.gateAfter(toProd, team.approve(toProd, 'wanda'))).toBe('action_required');
    await world.query('qa', 'DROP TABLE step_0005');
    await team.told(toQa, 'wim', '/retry qa');
    expect(await world.history('qa')).toEqual([1, 2, 3, 4, 5, 6].map(ranAs));
    expect(await team.told(number, 'dan', '/promote prod')).toMatch(/is up to date and promotes/);
    expect(await openPulls('main')).toEqual([toProd]);
    expect((await pull(toProd)).head.sha).toBe(await team.head('qa'));
    expect(await team.gateAfter(toProd, team.approve(toProd, 'dora'))).toBe('success');
    await team.merge(toProd);
    await world.settled();
    expect(await world.history('prod')).toEqual([1, 2, 3, 4, 5, 6].map(ranAs));
    await expectAgreement(world);
  });

  it('says what was reverted here, and opens the revert of the revert', async () => {
    await team.told(first, 'dan', `/rollback ${ranAs(6)} prod --accept-data-loss`);
    const [revert = 0] = await openPulls('main');
    await team.merge(revert);
    await world.settled();
    expect(await world.history('prod')).not.toContain(ranAs(6));
    const next = await team.land({ branch: 'seventh', base: 'dev', files: { 'app.txt': 'seven\n' } });
    await team.land({ branch: 'seventh-to-qa', base: 'qa', files: { 'app.txt': 'seven\n' } });
    const again = await world
      .as('wim')
      .rest.pulls.create({ ...SHOP, head: 'qa', base: 'main', title: 'Again' });
    await world.settled();
    const [told = ''] = await team.answers(again.data.number);
    expect(told).toMatch(
      new RegExp(
        `\`0006_step\` was reverted here in #${revert}, on .* UTC, because \`dan\` asked for it on #${first}, ` +
          'so merging this does not bring it back\\. Its content is what ran here then\\.',
      ),
    );
    expect(await team.told(next, 'wim', '/promote prod')).toMatch(
      new RegExp(
        `Nothing can be promoted.*\`0006_step\` was reverted here in #${revert}, and no promotion brings it along: #\\d+ brings it back`,
        's',
      ),
    );
    await team.close(again.data.number);
    const [back = 0] = await openPulls('main');
    expect(await filesIn(back)).toEqual([`added ${fileOf(6)}`]);
    expect(await team.check(back, 'plan')).toBe('success');
    expect(await team.told(next, 'wim', '/promote prod')).toContain(`#${back} brings it back`);
    expect(await openPulls('main')).toEqual([back]);
    await team.approve(back, 'dora');
    await world.settled();
    await team.merge(back);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(6));
    await expectAgreement(world);
  });
});
