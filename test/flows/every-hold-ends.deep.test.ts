import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HoldReason } from '../../src/domain/hold.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { createDatabase } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { movesAtEachLock } from './moving.ts';
import { sleeping } from './sleeping.ts';
import { fileOf, ranAs, step, textOf, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  qa: { branch: qa, protected: false }
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
`;

const patient = { timeout: 100_000, interval: 200 };

/** Each reason is brought about, and left by comments and merges alone. */
describe('every hold can be left', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({
      repositoryFile,
      environments: ['qa', 'prod'],
      longestPauseMs: 5,
    }));
  });
  afterAll(() => world.close());

  const isHeld = async (reason: HoldReason): Promise<void> => {
    expect(await team.holds()).toEqual([`prod: ${reason}`]);
  };
  const home = (): string => world.targets.get('prod')?.url ?? '';

  const ways: Readonly<Record<HoldReason, () => Promise<void>>> = {
    'not-approved': async () => {
      await team.push('main', step(2));
      await world.settled();
      await isHeld('not-approved');
      await team.told(await team.alert(), 'dan', '/confirm');
      expect(await world.history('prod')).toContain(ranAs(2));
    },
    'apply-failed': async () => {
      await world.query('prod', 'INSERT INTO step_0001 VALUES (7)');
      const picky = textOf('step_0003').replace(';', ';\nALTER TABLE step_0001 ADD CHECK (id <> 7);');
      const number = await team.land({ branch: 'third', files: { [fileOf(3)]: picky } });
      await isHeld('apply-failed');
      await world.query('prod', 'DELETE FROM step_0001');
      await team.told(number, 'dan', '/retry');
      expect(await world.history('prod')).toContain(ranAs(3));
    },
    'rolled-back': async () => {
      const number = await team.land({ branch: 'fourth', files: step(4) });
      await team.told(number, 'dan', '/rollback --accept-data-loss');
      await team.told(number, 'dora', '/confirm');
      await isHeld('rolled-back');
      expect(await world.history('prod')).not.toContain(ranAs(4));
      expect(await team.told(number, 'dan', '/release')).toMatch(
        /runs again what was rolled back[^]*0004_step/,
      );
      await isHeld('rolled-back');
      expect(await team.told(number, 'dan', '/confirm')).toMatch(/`dan` asked for the release/);
      await team.told(number, 'dora', '/confirm');
      expect(await team.holds()).toEqual([]);
      expect(await world.history('prod')).toContain(ranAs(4));
      const { data } = await world.as('wim').rest.pulls.list({ ...SHOP, state: 'open' });
      for (const { number: revert } of data) {
        await team.close(revert);
      }
    },
    removed: async () => {
      await team.push('main', { [fileOf(4)]: null }, { force: true });
      await world.settled();
      await isHeld('removed');
      const number = await team.open({ branch: 'back', files: step(4) });
      await world.settled();
      expect(await team.check(number, 'gate')).toBe('success');
      await team.merge(number);
      await world.settled();
    },
    'history-mismatch': async () => {
      await team.push('main', { 'migrations/0000_step.sql': textOf('step_0000') });
      await world.settled();
      await isHeld('history-mismatch');
      const number = await team.open({ branch: 'fits', files: { 'migrations/0000_step.sql': null } });
      await world.settled();
      expect(await team.check(number, 'gate')).toBe('success');
      await team.merge(number);
      await world.settled();
    },
    'history-lost': async () => {
      await world.query('prod', `DELETE FROM pgmigrations WHERE name = '${ranAs(4)}'`);
      await world.query('prod', 'DROP TABLE step_0004');
      await world.service.sweep();
      await world.settled();
      await isHeld('history-lost');
      await team.told(await team.alert(), 'dan', '/retry');
      if ((await team.holds()).length > 0) await team.told(await team.alert(), 'dan', '/confirm');
      expect(await world.history('prod')).toContain(ranAs(4));
    },
    'another-database': async () => {
      await using other = await createDatabase('other');
      world.pointTo('prod', other.url);
      const number = await team.land({ branch: 'fifth', files: step(5) });
      await isHeld('another-database');
      world.pointTo('prod', home());
      await team.told(number, 'dan', '/retry');
      expect(await world.history('prod')).toContain(ranAs(5));
    },
    'in-doubt': async () => {
      const proxy = await startCuttingProxy(home());
      const slow = textOf('step_0006').replace(';', ';\nSELECT pg_sleep(3);');
      const number = await team.open({ branch: 'sixth', files: { [fileOf(6)]: slow } });
      await world.settled();
      await team.approve(number);
      await world.settled();
      world.pointTo('prod', proxy.url);
      await team.merge(number);
      await expect.poll(() => sleeping(home()), patient).toBe(1);
      proxy.cutAt('COMMIT', 'after', true);
      await expect.poll(() => team.holds(), patient).toEqual(['prod: in-doubt']);
      await proxy.close();
      world.pointTo('prod', home());
      await team.told(number, 'dan', '/retry');
      expect(await world.history('prod')).toContain(ranAs(6));
    },
    rules: async () => {
      await team.push('main', {
        '.github/tidegate.yml': repositoryFile.replaceAll('@acme/dba', 'role:write'),
      });
      await world.settled();
      await isHeld('rules');
      await team.told(await team.alert(), 'dan', '/confirm');
    },
    drift: async () => {
      await world.query('prod', 'CREATE TABLE by_hand (id int)');
      await world.service.sweep();
      await world.settled();
      await isHeld('drift');
      const { data } = await world.as('ada').rest.issues.listForRepo({ ...SHOP, state: 'open' });
      const number = data.find(({ title }) => title.includes('has drifted'))?.number ?? 0;
      expect(await team.told(number, 'dan', '/drift revert --accept-data-loss')).toMatch(
        /DROP TABLE public.by_hand/,
      );
      await team.told(number, 'dora', '/confirm');
    },
    asked: async () => {
      const number = await team.open({ branch: 'seventh', files: step(7) });
      await world.settled();
      await team.approve(number);
      expect(await team.told(number, 'rita', '/hold "mine"')).toMatch(/`rita` may not use/);
      expect(await team.told(number, 'dan', '/hold "the launch is @acme/dba"')).toMatch(
        /takes no migrations/,
      );
      await isHeld('asked');
      expect(await team.said(number, 'gate')).toMatch(/`dan` asked for it: the launch is @&#8203;acme\/dba/);
      expect(await team.told(number, 'dora', '/hold "more"')).toMatch(
        /is on hold already: `dan` asked for it/,
      );
      await team.merge(number);
      await world.settled();
      expect(await world.history('prod')).not.toContain(ranAs(7));
      expect(await team.told(number, 'dora', '/release')).toMatch(/What waited runs now[^]*0007_step/);
      expect(await world.history('prod')).toContain(ranAs(7));
    },
    'not-promoted': async () => {
      await team.rule(repositoryFile.replace('branch: main', 'branch: main\n    promotes_from: qa'));
      await world.settled();
      await team.land({ branch: 'eighth', files: step(8) });
      await isHeld('not-promoted');
      await team.push('qa', step(8));
      await world.settled();
      expect(await world.history('prod')).toContain(ranAs(8));
      await team.rule(repositoryFile);
      await world.settled();
    },
    'target-moved': async () => {
      const number = await team.open({ branch: 'ninth', files: step(9) });
      await world.settled();
      await team.approve(number);
      await world.settled();
      await movesAtEachLock(world);
      await world.withoutPauses(() => team.merge(number));
      await isHeld('target-moved');
      await world.query('prod', 'DROP FUNCTION tidegate.move() CASCADE');
      await team.told(number, 'dan', '/retry');
      expect(await world.history('prod')).toContain(ranAs(9));
    },
  };

  it.each(Object.entries(ways))(
    '%s',
    async (_reason, walk) => {
      await walk();
      expect(await team.holds()).toEqual([]);
      expect(await team.alerts()).toEqual([]);
      await expectAgreement(world);
    },
    180_000,
  );

  it('and one that was asked for stands again after a rollback beneath which it lay', async () => {
    const number = await team.land({ branch: 'tenth', files: step(10) });
    await team.told(number, 'dan', '/hold "look at this first"');
    await team.told(number, 'dan', '/rollback --accept-data-loss');
    await team.told(number, 'dora', '/confirm');
    await isHeld('rolled-back');
    await team.push('main', { [fileOf(10)]: null });
    await world.settled();
    await isHeld('asked');
    await team.told(number, 'dan', '/release');
    await expectAgreement(world);
  });
});
