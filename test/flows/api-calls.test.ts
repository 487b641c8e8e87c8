import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/world.ts';
import { oneOfDba } from './scene.ts';
import { fileOf, step, teamOf, textOf, type Team } from './team.ts';

describe.each([20, 150])('on a history of %i migrations', (length) => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    const numbers = Array.from({ length }, (_, index) => index + 1);
    const migrations = numbers.map(
      (number) => [fileOf(number).slice('migrations/'.length), textOf(`step_${number}`)] as const,
    );
    world = await startWorld({
      repositoryFile: oneOfDba,
      environments: ['prod'],
      branches: [],
      migrations: Object.fromEntries(migrations),
      applied: true,
    });
    team = teamOf(world);
    await world.settled();
  });
  afterAll(() => world.close());

  /** How often the app asks GitHub until all that `change` leads to is done; fetching a token is not counted. */
  async function callsFor(change: () => Promise<unknown>): Promise<number> {
    await world.settled();
    const before = new Map(world.github.requestLog);
    await change();
    await world.settled();
    return [...world.github.requestLog]
      .filter(([route]) => !route.includes('access_tokens') && !isOurs(route))
      .reduce((sum, [route, count]) => sum + count - (before.get(route) ?? 0), 0);
  }

  /** What the test itself asks for. */
  const isOurs = (route: string): boolean =>
    ['POST /repos/:owner/:repo/pulls', 'POST /repos/:owner/:repo/pulls/:number/reviews'].includes(route);

  it('adopting it asks for its files by the hundred', () => {
    const batches = world.github.requestLog.get('POST /graphql repository') ?? 0;
    const single = world.github.requestLog.get('GET /repos/:owner/:repo/git/blobs/:sha') ?? 0;
    expect(batches).toBe(Math.ceil(length / 100));
    expect(single).toBeLessThanOrEqual(1);
  });

  it('a first plan asks at most twelve times, and a further push at most eight times', async () => {
    const opened = await callsFor(() => team.open({ branch: 'one', files: step(length + 1) }));
    expect(opened).toBeLessThanOrEqual(12);
    const pushed = await callsFor(() => team.push('one', step(length + 2)));
    expect(pushed).toBeLessThanOrEqual(8);
  });

  it('a review turns the gate with three calls, and one for each reviewer and each hundred commits', async () => {
    const number = await team.open({ branch: 'reviewed', files: step(length + 6) });
    const turned = await callsFor(() => team.approve(number));
    expect(await team.check(number, 'gate')).toBe('success');
    // One for who reviewed, one for the commits.
    expect(turned).toBeLessThanOrEqual(3 + 1 + 1);
    const again = await callsFor(() => team.approve(number, 'dan'));
    expect(again).toBeLessThanOrEqual(1);
    const second = await callsFor(() => team.approve(number, 'dora'));
    expect(second).toBeLessThanOrEqual(3 + 1);
    await world.github.commitFiles(world.repository, {
      branch: 'reviewed',
      files: { 'NOTES.md': 'Notes.\n' },
      message: 'Note it',
      author: { login: 'wim' },
    });
    await world.settled();
    expect(await callsFor(() => team.approve(number, 'dora'))).toBeLessThanOrEqual(3);
    await team.close(number);
  });

  it('a first plan of three files asks at most fourteen times', async () => {
    const opened = await callsFor(() =>
      team.open({
        branch: 'three',
        files: { ...step(length + 3), ...step(length + 4), ...step(length + 5) },
      }),
    );
    expect(opened).toBeLessThanOrEqual(14);
    expect(world.github.unknownRequests).toEqual([]);
    expect(world.violations()).toEqual([]);
  });
});
