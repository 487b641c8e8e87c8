import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../support/postgres.ts';
import { nextSecond } from '../support/strangers.ts';
import { SHOP, type World } from '../support/world.ts';
import { startScene, warnedOfDrift } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

describe('a command that is heard late', () => {
  let world: World;
  let team: Team;
  beforeEach(async () => {
    ({ world, team } = await startScene({ repositoryFile: warnedOfDrift }));
  });
  afterEach(() => world.close());

  /** Writes a comment that is heard of once the function that it gives is called. */
  const unheard = async (number: number, login: string, body: string): Promise<() => void> => {
    const release = world.github.hooks.delay(({ event }) => event === 'issue_comment', 1);
    await team.comment(number, login, body);
    await nextSecond();
    await nextSecond();
    return release;
  };

  it('does not release a hold that was asked for after it was written', async () => {
    const number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    await team.approve(number);
    await world.settled();
    await team.told(number, 'dan', '/hold "one"');
    const hear = await unheard(number, 'dan', '/release prod');
    await team.told(number, 'dora', '/release prod');
    await team.told(number, 'dora', '/hold "incident: nothing may run now"');
    await team.merge(number, { by: 'ada' });
    await world.settled();
    hear();
    await world.settled();
    expect((await team.answers(number)).at(-1)).toMatch(/written before the hold that stands now/);
    expect(await team.holds()).toEqual(['prod: asked']);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    await team.told(number, 'dan', '/release prod');
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('does not take another database for its own', async () => {
    await using other = await createDatabase('other');
    await world.query('prod', 'CREATE TABLE step_0002 (other int)');
    const number = await team.land({ branch: 'second', files: step(2) });
    expect(await team.holds()).toEqual(['prod: apply-failed']);
    await world.query('prod', 'DROP TABLE step_0002');
    const hear = await unheard(number, 'dan', '/retry prod');
    await team.told(number, 'dora', '/retry prod');
    expect(await team.holds()).toEqual([]);
    const own = world.targets.get('prod')?.url ?? '';
    world.pointTo('prod', other.url);
    await team.land({ branch: 'third', files: step(3) });
    hear();
    await world.settled();
    expect(await team.holds()).toEqual(['prod: another-database']);
    world.pointTo('prod', own);
    await team.told(number, 'dan', '/retry prod');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(3));
  });

  it('does not take back the changes that its writer asked for since', async () => {
    const number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    await team.merge(number, { by: 'ada' });
    await world.settled();
    await nextSecond();
    await nextSecond();
    const hear = await unheard(number, 'dan', '/confirm');
    const review = { ...SHOP, pull_number: number, event: 'REQUEST_CHANGES' as const, body: 'Wait.' };
    await world.as('dan').rest.pulls.createReview(review);
    await world.settled();
    hear();
    await world.settled();
    expect((await team.answers(number)).at(-1)).toMatch(/You have asked for changes since this was written/);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
  });
});
