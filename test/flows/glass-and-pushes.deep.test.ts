import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    break_glass: { from: [ada] }
`;

/** What was pushed within the second in which somebody wrote may count as read. */
const secondMs = 1000;

describe('/apply --now, heard late', () => {
  let world: World;
  let team: Team;
  let number: number;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
  });
  afterAll(() => world.close());

  /** Ada's word is written now, and heard once the returned function is called. */
  const wordOnTheWay = async (): Promise<() => Promise<void>> => {
    const release = world.github.hooks.delay(({ event }) => event === 'issue_comment');
    await team.comment(number, 'ada', '/apply --now "shop is down"');
    const written = Date.now();
    await expect.poll(() => Date.now() - written, { timeout: 5000 }).toBeGreaterThan(2 * secondMs);
    return async () => {
      release();
      await world.settled();
    };
  };

  it('lets nothing through that was pushed after it was written', async () => {
    number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    const hear = await wordOnTheWay();
    await team.push('second', { 'migrations/0003_step.sql': 'DROP TABLE step_0001;' });
    await world.settled();
    await hear();
    expect((await team.answers(number)).at(-1)).toMatch(/not there yet when you wrote/);
    expect(await team.check(number, 'gate')).toBe('action_required');
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).not.toContain(ranAs(2));
    expect(await team.holds()).toEqual(['prod: not-approved']);
  });

  it('is about what stands there now where it is said again', async () => {
    await team.comment(number, 'ada', '/apply --now "shop is down, and I read it"');
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(2));
    expect(await team.holds()).toEqual([]);
  });
});
