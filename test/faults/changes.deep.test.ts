import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAgreement } from '../flows/agreement.ts';
import { startScene } from '../flows/scene.ts';
import { fileOf, ranAs, step, textOf, type Team } from '../flows/team.ts';
import { SHOP, type World } from '../support/world.ts';

const rules = (migrations = 'directory: migrations'): string => `version: 1
migrations: { ${migrations} }
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 0 }
    drift: { policy: warn }
`;

describe('what a branch brings', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: rules() }));
    await team.land({ branch: 'second', files: step(2) });
  });
  afterAll(() => world.close());

  it('fault 17: by a direct push is held, and run once somebody who may says so', async () => {
    await team.push('main', step(3));
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).not.toContain(ranAs(3));
    await team.told(await team.alert(), 'dan', '/confirm');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(3));
  });

  it.each([
    [
      'edited',
      { [fileOf(3)]: textOf('edited') },
      /0003_step has been applied, and its file is no longer the one that ran/,
    ],
    [
      'renamed',
      { [fileOf(3)]: null, [fileOf(4)]: textOf('step_0003') },
      /0003_step has been applied under that name, and its file is now called 0004_step/,
    ],
  ])(
    'fault 46: an applied migration’s file that is %s makes the plan fail, and is repaired by nobody',
    async (what, files, said) => {
      const history = await world.history('prod');
      const number = await team.open({ branch: what, files });
      await world.settled();
      expect(await team.check(number, 'plan')).toBe('failure');
      expect((await team.said(number, 'plan')).replaceAll('\\', '')).toMatch(said);
      expect(await world.history('prod')).toEqual(history);
      expect((await world.query<{ name: string }>('prod', 'SELECT name FROM tidegate.ledger')).length).toBe(
        3,
      );
      await team.close(number);
    },
  );

  it('fault 47: a migration out of order is refused with the command that mends it, and goes in after that', async () => {
    const number = await team.open({
      branch: 'late',
      files: { 'migrations/0001_late.sql': textOf('step_late') },
    });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    const twin = (await team.said(number, 'plan')).replaceAll('\\', '');
    expect(twin).toMatch(/have the same number in front/);
    await team.push('late', {
      'migrations/0001_late.sql': null,
      'migrations/0000_late.sql': textOf('step_late'),
    });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    const said = (await team.said(number, 'plan')).replaceAll('\\', '');
    const [, from = '', to = ''] = /git mv (migrations\/\S+) (migrations\/[^\s`]+)/.exec(said) ?? [];
    await team.push('late', { [from]: null, [to]: textOf('step_late') });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('success');
    await team.approve(number);
    await world.settled();
    await team.merge(number);
    await world.settled();
    await expectAgreement(world);
  });

  it('fault 60: without a down is not taken back by guessing, and with a loss only in as many words', async () => {
    const [down] = textOf('step_0005').split('\n-- Down');
    const without = await team.land({ branch: 'no-down', files: { [fileOf(5)]: down ?? '' } });
    expect(await team.told(without, 'dan', '/rollback --accept-data-loss')).toMatch(/is without a down/);
    expect(await world.history('prod')).toContain(ranAs(5));
    const lossy = await team.land({ branch: 'lossy', files: step(6) });
    await world.query('prod', 'INSERT INTO step_0006 VALUES (1), (2)');
    expect(await team.told(lossy, 'dan', '/rollback')).toMatch(/2 rows[^]*--accept-data-loss/);
    expect(await world.history('prod')).toContain(ranAs(6));
    await team.told(lossy, 'dan', '/rollback --accept-data-loss');
    expect(await world.history('prod')).not.toContain(ranAs(6));
  });
});

describe('fault 48: the history in another schema', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({
      repositoryFile: rules('schema: "Own", table: Moves'),
      migrations: {},
      applied: false,
    }));
  });
  afterAll(() => world.close());

  it('is where the configuration says, whatever the database’s search_path finds first', async () => {
    await world.query(
      'prod',
      'CREATE SCHEMA "Own"; CREATE SCHEMA decoy; CREATE TABLE decoy."Moves" (name text)',
    );
    const name = world.targets.get('prod')?.name ?? '';
    await world.query('prod', `ALTER DATABASE ${name} SET search_path TO decoy, public`);
    await team.land({ branch: 'first', files: { [fileOf(1)]: textOf('public.step_0001') } });
    await team.land({ branch: 'second', files: { [fileOf(2)]: textOf('public.step_0002') } });
    expect(await team.holds()).toEqual([]);
    expect(await world.query('prod', 'SELECT name FROM "Own"."Moves" ORDER BY id')).toMatchObject([
      { name: ranAs(1) },
      { name: ranAs(2) },
    ]);
    expect(await world.query('prod', 'SELECT name FROM decoy."Moves"')).toEqual([]);
  });
});

describe('fault 58: a clock of the service’s machine that is a day late', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    const startsAt = new Date(Date.now() - 24 * 3600_000);
    ({ world, team } = await startScene({ repositoryFile: rules(), startsAt }));
  });
  afterAll(() => world.close());

  it('leaves history and ledger in the database’s time and order, and approvals what they are', async () => {
    await team.land({ branch: 'second', files: step(2) });
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
    const late = await world.query<{ name: string }>(
      'prod',
      `SELECT h.name FROM pgmigrations h JOIN tidegate.ledger l ON l.history_id = h.id
        WHERE h.run_on < localtimestamp - interval '1 hour' OR l.applied_at < now() - interval '1 hour'`,
    );
    expect(late).toEqual([]);
    const { data } = await world.as('ada').rest.issues.listForRepo({ ...SHOP, creator: 'tidegate[bot]' });
    expect(data).toEqual([]);
  });

  it('and one that is a day early counts no approval that may be of an earlier plan', async () => {
    world.setTime(new Date(Date.now() + 24 * 3600_000));
    const number = await team.open({ branch: 'third', files: step(3) });
    await world.settled();
    await team.approve(number);
    await world.settled();
    expect(await team.check(number, 'gate')).not.toBe('success');
    expect(await world.history('prod')).not.toContain(ranAs(3));
  });
});
