import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  qa: { branch: qa, protected: false }
  prod: { branch: main, protected: false, promotes_from: qa, soak: 24h }
`;
const dayMs = 86_400_000;

describe('what has to stand somewhere before it goes on', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['qa', 'prod'] }));
  });
  afterAll(() => world.close());

  /** As if a migration had run on `qa` so much earlier. */
  const ranEarlier = (migration: string, by: string) =>
    world.query(
      'qa',
      `UPDATE tidegate.ledger SET applied_at = applied_at - interval '${by}' WHERE name = '${migration}'`,
    );

  it('waits, says until when, and is planned again where only the sweep finds that the time has come', async () => {
    await team.land({ branch: 'second-to-qa', base: 'qa', files: step(2) });
    const number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    expect((await team.answers(number))[0]).toMatch(/⏳ Not yet: it has not stood long enough/);
    expect(await team.said(number, 'plan')).toMatch(/has to stand on qa for 1 day .* Wait until \d{4}-/);
    await world.service.sweep();
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    await ranEarlier(ranAs(2), '25 hours');
    world.setTime(new Date(Date.now() + dayMs + 60_000));
    await world.service.sweep();
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('success');
    world.setTime(new Date());
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('is planned again by itself at that moment', async () => {
    await team.land({ branch: 'third-to-qa', base: 'qa', files: step(3) });
    await ranEarlier(ranAs(3), '23 hours 59 minutes 50 seconds');
    const number = await team.open({ branch: 'third', files: step(3) });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    await expect.poll(() => team.check(number, 'plan'), { timeout: 40_000, interval: 200 }).toBe('success');
    await world.settled();
    await team.merge(number);
    await world.settled();
  });

  it('is held where it was merged too early, and applied by itself at that moment', async () => {
    await team.land({ branch: 'fourth-to-qa', base: 'qa', files: step(4) });
    await ranEarlier(ranAs(4), '23 hours 59 minutes 45 seconds');
    const number = await team.land({ branch: 'fourth', files: step(4) });
    expect(await team.holds()).toEqual(['prod: not-promoted']);
    await expect.poll(() => world.history('prod'), { timeout: 40_000, interval: 200 }).toContain(ranAs(4));
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect((await team.answers(number))[0]).toContain('Applied to `prod`');
  });

  it('goes by the clock of the database, whatever the service’s shows', async () => {
    await team.land({ branch: 'fifth-to-qa', base: 'qa', files: step(5) });
    world.setTime(new Date(Date.now() + 3 * dayMs));
    const number = await team.open({ branch: 'fifth', files: step(5) });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('failure');
    await ranEarlier(ranAs(5), '24 hours');
    world.setTime(new Date(Date.now() - 3 * dayMs));
    await team.told(number, 'wim', '/plan');
    expect(await team.check(number, 'plan')).toBe('success');
    world.setTime(new Date());
  });
});
