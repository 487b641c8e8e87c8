import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const up = (sql: string): string => `-- Up Migration\n${sql}\n`;

describe('taking back what has no down', () => {
  let world: World;
  let team: Team;
  beforeAll(async () => {
    ({ world, team } = await startScene());
  });
  afterAll(() => world.close());

  const opened = async () => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    expect(data).toHaveLength(1);
    return data[0]?.number ?? 0;
  };
  const columns = () =>
    world.query(
      'prod',
      `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'step_0001' ORDER BY 1`,
    );

  it('is shown by a look, and nothing is opened', async () => {
    const sql = 'ALTER TABLE step_0001 ADD COLUMN note text;\nCREATE INDEX notes ON step_0001 (note);';
    const number = await team.land({ branch: 'two', files: { [fileOf(2)]: up(sql) } });
    const told = await team.told(number, 'dan', '/rollback --dry-run');
    expect(told).toContain(
      'would be taken back on `prod`** by a migration of its own: `migrations/0003_undo_step.sql`',
    );
    expect(told).toMatch(/`0002_step` is without a down/);
    expect(told).toMatch(/DROP INDEX public\.notes;[\s\S]*ALTER TABLE public\.step_0001 DROP COLUMN note;/);
    expect((await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' })).data).toEqual([]);
    await team.told(number, 'dan', '/rollback');
  });

  it('is a pull request that is planned, gated and applied as any other, with a way back of its own', async () => {
    const offer = await opened();
    expect(await world.history('prod')).toEqual([ranAs(1), ranAs(2)]);
    expect(await team.check(offer, 'plan')).toBe('success');
    expect(await team.check(offer, 'gate')).toBe('action_required');
    expect(await team.said(offer, 'plan')).toMatch(/0003_undo_step. — Not all comes back/);
    expect(await team.gateAfter(offer, team.approve(offer, 'dan'))).toBe('action_required');
    expect(await team.said(offer, 'gate')).toMatch(/`dan`.*asked for/);
    expect(await team.gateAfter(offer, team.approve(offer, 'dora'))).toBe('success');
    await team.merge(offer);
    await world.settled();
    expect(await world.history('prod')).toEqual([ranAs(1), ranAs(2), '0003_undo_step']);
    expect(await columns()).toEqual([{ name: 'id' }]);
    await team.told(offer, 'dan', '/rollback --accept-data-loss');
    await team.told(offer, 'dora', '/confirm');
    expect(await columns()).toEqual([{ name: 'id' }, { name: 'note' }]);
    await team.merge(await opened());
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });

  it('says why where no statements are known, or others need it', async () => {
    const number = await team.land({
      branch: 'four',
      files: { [fileOf(4)]: up("CREATE TYPE mood AS ENUM ('ok');") },
    });
    await team.land({ branch: 'five', files: { [fileOf(5)]: up("ALTER TYPE mood ADD VALUE 'sad';") } });
    const told = await team.told(number, 'dan', '/rollback');
    expect(told).toMatch(/0004\\?_step has no down migration/);
    expect(told).toMatch(/0005\\?_step does not run without it/);
    expect(await team.told(number, 'dan', '/rollback --last 1')).toMatch(
      /No statement is known for type public\.mood/,
    );
    await team.land({ branch: 'six', files: step(6) });
    expect(await team.told(number, 'dan', `/rollback ${ranAs(4)}`)).toMatch(
      /0005\\?_step does not run without it/,
    );
  });
});
