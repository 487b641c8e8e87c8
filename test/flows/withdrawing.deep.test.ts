import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlRows } from '../support/control-rows.ts';
import type { World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, rulesPath, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 2, from: ['role:write'] }
    rollback: { approvals: 2 }
`;

describe('a /confirm that is withdrawn', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
  });
  afterAll(async () => {
    expect(world.violations()).toEqual([]);
    await world.close();
  });

  it('counts no more for what was pushed past the gate, and can be given again', async () => {
    await team.push('main', step(2));
    await world.settled();
    const alert = await team.alert();
    expect(await team.told(alert, 'dan', '/withdraw')).toMatch(
      /`dan` has confirmed nothing of what waits here/,
    );
    await team.told(alert, 'dan', '/confirm');
    expect(await team.told(alert, 'dora', '/withdraw')).toMatch(/`dora` has confirmed nothing/);
    expect(await team.told(alert, 'dan', '/withdraw')).toMatch(/`dan` took back what they had confirmed/);
    expect(await team.told(alert, 'dora', '/confirm')).toMatch(/It waits still: .*1 counts/);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await team.told(alert, 'dan', '/confirm')).toMatch(/runs now/);
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
    expect(await team.told(alert, 'dan', '/withdraw')).toMatch(
      /Nothing waits for a confirmation here|which environment/,
    );
  });

  it('counts no more for rules that were pushed past it', async () => {
    await team.push('main', { [rulesPath]: repositoryFile.replace('role:write', '@acme/dba') });
    await world.settled();
    const alert = await team.alert();
    await team.told(alert, 'dan', '/confirm');
    await team.told(alert, 'dan', '/withdraw');
    expect(await team.told(alert, 'dora', '/confirm')).toMatch(/They wait still: .*1 counts/);
    expect(await team.told(alert, 'wanda', '/confirm')).toMatch(/in force now/);
    expect(await team.holds()).toEqual([]);
  });

  it('counts no more for a rollback, nor for running its migrations again', async () => {
    const number = await team.open({ branch: 'third', files: step(3) });
    await world.settled();
    for (const login of ['dan', 'dora']) await team.approve(number, login);
    await world.settled();
    await team.merge(number);
    await world.settled();
    await team.told(number, 'ada', '/rollback --accept-data-loss');
    const once = async (first: string, second: string): Promise<void> => {
      await team.told(number, first, '/confirm');
      expect(await team.told(number, first, '/withdraw')).toMatch(/took back/);
      expect(await team.told(number, second, '/confirm')).toMatch(
        new RegExp(`\`${second}\` confirmed\\. Nothing has run yet on \`prod\`.*1 counts so far`),
      );
    };
    await once('dan', 'dora');
    expect(await world.history('prod')).toContain(ranAs(3));
    await team.told(number, 'dan', '/confirm');
    expect(await world.history('prod')).not.toContain(ranAs(3));
    const confirmed = `SELECT actor FROM tidegate.audit WHERE action = 'confirmed' ORDER BY id`;
    const actors = (await controlRows<{ actor: string }>(world.control, confirmed)).map(({ actor }) => actor);
    expect(actors).toEqual(['dan', 'dora', 'dan']);
    await team.told(number, 'ada', '/release');
    await once('dora', 'dan');
    await team.told(number, 'dora', '/confirm');
    expect(await world.history('prod')).toContain(ranAs(3));
  });
});
