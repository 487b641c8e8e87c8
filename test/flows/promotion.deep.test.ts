import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  qa: { branch: qa, protected: false, promotes_from: dev }
  prod:
    branch: main
    promotes_from: qa
    approvals: { required: 1, from: ['@acme/dba'] }
`;

describe('what is promoted', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'qa', 'prod'] }));
  });
  afterAll(() => world.close());

  const openFrom = async (head: string, base: string): Promise<number> => {
    const { data } = await world
      .as('wim')
      .rest.pulls.create({ ...SHOP, head, base, title: `${head} to ${base}` });
    await world.settled();
    return data.number;
  };

  it('is what has run below, and the record says where, when and by which pull request', async () => {
    const feature = await team.land({ branch: 'second', base: 'dev', files: step(2) });
    const toQa = await openFrom('dev', 'qa');
    expect(await team.check(toQa, 'plan', 'qa')).toBe('success');
    expect(await team.said(toQa, 'plan', 'qa')).toMatch(
      new RegExp(
        `Promotion from \`dev\`.*\\| ✅ \\| \`0002_step\` \\| ready \\| \\S+ \\S+ UTC \\(#${feature}\\) \\|.*the same`,
        's',
      ),
    );
    await team.merge(toQa);
    await world.settled();
    const toProd = await openFrom('qa', 'main');
    expect(await team.check(toProd, 'plan')).toBe('success');
    await team.approve(toProd);
    await world.settled();
    await team.merge(toProd);
    await world.settled();
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
    expect(await team.holds()).toEqual([]);
  });

  it('is refused where it never ran below, and planned again by itself once it has', async () => {
    const straight = await team.open({ branch: 'third', base: 'qa', files: step(3) });
    await world.settled();
    expect(await team.check(straight, 'plan', 'qa')).toBe('failure');
    expect((await team.answers(straight))[0]).toMatch(/not ready to be promoted to `qa`/);
    expect(await team.said(straight, 'plan', 'qa')).toMatch(/has never run there\. Merge it into `dev`/);
    await team.land({ branch: 'third-to-dev', base: 'dev', files: step(3) });
    expect(await team.check(straight, 'plan', 'qa')).toBe('success');
    await team.merge(straight);
    await world.settled();
    expect(await world.history('qa')).toContain(ranAs(3));
  });

  it('is refused where it ran with other content', async () => {
    await team.land({ branch: 'fourth', base: 'dev', files: step(4) });
    const other = await team.open({ branch: 'other', base: 'qa', files: step(4, 'step_0004b') });
    await world.settled();
    expect(await team.check(other, 'plan', 'qa')).toBe('failure');
    expect(await team.said(other, 'plan', 'qa')).toMatch(/ran on `dev` with other content/);
    await team.push('other', step(4));
    await world.settled();
    expect(await team.check(other, 'plan', 'qa')).toBe('success');
    await team.merge(other);
    await world.settled();
  });

  it('is refused where it failed or was rolled back below', async () => {
    await world.query('dev', 'CREATE TABLE step_0005 (id int)');
    const failed = await team.open({ branch: 'fifth', base: 'dev', files: step(5) });
    await world.settled();
    await team.merge(failed);
    await world.settled();
    expect(await team.holds()).toEqual(['dev: apply-failed']);
    const toQa = await team.open({ branch: 'fifth-to-qa', base: 'qa', files: step(5) });
    await world.settled();
    expect(await team.said(toQa, 'plan', 'qa')).toMatch(/it failed there on .* UTC and has not run since/);
    await world.query('dev', 'DROP TABLE step_0005');
    await team.told(failed, 'wim', '/retry dev');
    await world.settled();
    expect(await world.history('dev')).toContain(ranAs(5));
    expect(await team.check(toQa, 'plan', 'qa')).toBe('success');
    await team.told(failed, 'wim', '/rollback --accept-data-loss');
    await world.settled();
    expect(await world.history('dev')).not.toContain(ranAs(5));
    expect(await team.check(toQa, 'plan', 'qa')).toBe('failure');
    expect(await team.said(toQa, 'plan', 'qa')).toMatch(
      /it was rolled back there on .* UTC and has not run since/,
    );
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open', base: 'dev' });
    for (const { number } of data) await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });

  it('is held where somebody merged past the red check, and runs by itself once it has run below', async () => {
    const past = await team.open({ branch: 'sixth', files: step(6) });
    await world.settled();
    expect(await team.check(past, 'plan')).toBe('failure');
    await team.approve(past);
    await team.merge(past, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toContain('prod: not-promoted');
    expect(await world.history('prod')).not.toContain(ranAs(6));
    expect((await team.answers(past))[0]).toMatch(/does not take its migrations yet/);
    await team.land({ branch: 'sixth-to-dev', base: 'dev', files: step(6) });
    await team.land({ branch: 'sixth-to-qa', base: 'qa', files: step(6) });
    expect(await world.history('prod')).toContain(ranAs(6));
    expect(await team.holds()).not.toContain('prod: not-promoted');
    expect(world.github.unknownRequests).toEqual([]);
    expect(world.violations()).toEqual([]);
  });
});
