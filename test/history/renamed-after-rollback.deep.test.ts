import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScene } from '../flows/scene.ts';
import { ranAs, step, type Team } from '../flows/team.ts';
import { controlRows } from '../support/control-rows.ts';
import { SHOP, type World } from '../support/world.ts';

type Name = 'dev' | 'development';

const named = (name: Name): string => `version: 1
environments:
  ${name}: { branch: dev, protected: false }
`;

/** An address of this machine where nobody listens. */
const nowhere = 'postgres://tidegate:hush@127.0.0.1:1/dev';

describe('an environment that gets another name while it is on hold', () => {
  let world: World;
  let team: Team;
  let home = '';

  beforeAll(async () => {
    ({ world, team } = await startScene({
      repositoryFile: named('dev'),
      environments: ['dev', 'development'],
      branches: ['dev'],
    }));
    home = world.targets.get('dev')?.url ?? '';
    world.pointTo('development', home);
  });
  afterAll(() => world.close());

  const rename = async (name: Name): Promise<void> => {
    await team.rule(named(name));
    await world.settled();
    await world.service.sweep();
    await world.settled();
  };
  const openPulls = async (): Promise<readonly number[]> => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open', base: 'dev' });
    return data.map(({ number }) => number);
  };

  it('does not run again what was taken back, until the revert is merged under the new name', async () => {
    const number = await team.land({ branch: 'two', base: 'dev', files: step(2) });
    const back = await team.told(number, 'wim', '/rollback --accept-data-loss');
    expect(back).toMatch(/Rolled back/);
    const [revert = 0] = await openPulls();
    const other = await team.open({ branch: 'three', base: 'dev', files: step(3) });
    await rename('development');
    expect(await world.history('dev')).toEqual([ranAs(1)]);
    expect(await team.holds()).toEqual(['development: rolled-back']);
    expect(await team.check(other, 'gate', 'development')).toBe('failure');
    expect(await team.said(other, 'gate', 'development')).toMatch(
      /taken back.*is called `development` since/s,
    );
    expect(await team.check(revert, 'gate', 'development')).toBe('success');
    expect(await team.told(number, 'wim', '/rollback')).toMatch(/has been taken back already/);
    await team.merge(revert);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect((await team.answers(number))[0]).toMatch(/Rolled back on `development`/);
    await team.close(other);
    await world.settled();
    expect(await world.history('dev')).toEqual([ranAs(1)]);
  });

  it('opens a closed revert anew, and runs it again by `/release`, under the name that it has', async () => {
    const number = await team.land({ branch: 'four', base: 'dev', files: step(4) });
    await team.told(number, 'wim', '/rollback --accept-data-loss');
    const [revert = 0] = await openPulls();
    await team.close(revert);
    await rename('dev');
    expect(await team.holds()).toEqual(['dev: rolled-back']);
    expect(await team.told(number, 'wim', '/retry')).toMatch(/#\d+/);
    expect(await openPulls()).toHaveLength(1);
    expect(await team.told(number, 'wim', '/release dev')).toMatch(/`0004_step`/);
    expect(await team.holds()).toEqual(['dev: rolled-back']);
    await team.told(number, 'dan', '/confirm');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('dev')).toEqual([1, 4].map(ranAs));
  });

  it('stays on a hold that somebody asked for, also where its database was away then', async () => {
    const number = await team.land({ branch: 'five', base: 'dev', files: step(5) });
    await team.told(number, 'dan', '/hold "we look at it"');
    world.pointTo('development', nowhere);
    await world.withoutPauses(() => rename('development'));
    expect(await team.holds()).toEqual(['dev: asked', 'development: apply-failed']);
    world.pointTo('development', home);
    await world.service.sweep();
    await world.settled();
    expect(await team.holds()).toEqual(['development: asked']);
    expect(await team.alerts()).toEqual([]);
    await team.land({ branch: 'six', base: 'dev', files: step(6) });
    expect(await world.history('dev')).not.toContain(ranAs(6));
    await team.told(number, 'dan', '/release development');
    expect(await world.history('dev')).toEqual([1, 4, 5, 6].map(ranAs));
    expect(await team.holds()).toEqual([]);
  });

  it('keeps its alert issue, where commands find it', async () => {
    await world.query('dev', 'CREATE TABLE step_0007 ()');
    await team.land({ branch: 'seven', base: 'dev', files: step(7) });
    expect(await team.holds()).toEqual(['development: apply-failed']);
    const issue = await team.alert();
    await rename('dev');
    expect(await team.holds()).toEqual(['dev: apply-failed']);
    expect(await team.alert()).toBe(issue);
    expect((await team.answers(issue)).at(-1)).toMatch(/`development` is called `dev` since/);
    await world.query('dev', 'DROP TABLE step_0007');
    await team.told(issue, 'wim', '/retry');
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
    expect(await world.history('dev')).toContain(ranAs(7));
  });

  it('has it in the audit trail, each time', async () => {
    const rows = await controlRows<{ said: string }>(
      world.control,
      `SELECT detail->>'was' || ' → ' || environment AS said FROM tidegate.audit
        WHERE action = 'environment-renamed' ORDER BY id`,
    );
    expect(rows.map(({ said }) => said)).toEqual([
      'dev → development',
      'development → dev',
      'dev → development',
      'development → dev',
    ]);
  });
});
