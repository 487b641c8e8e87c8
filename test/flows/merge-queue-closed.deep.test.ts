import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { withClient } from '../support/postgres.ts';
import { type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { queueOf, type MergeQueue } from './queue.ts';
import { oneOfDba, startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const path = '.github/tidegate.yml';
/** An address of this machine where nobody listens. */
const nowhere = 'postgres://tidegate:hush@127.0.0.1:1/prod';

describe('a merge queue in front of an environment', () => {
  let world: World;
  let team: Team;
  let queue: MergeQueue;

  beforeAll(async () => {
    ({ world, team } = await startScene());
    queue = await queueOf(world, team);
  });
  afterAll(() => world.close());
  afterEach(() => expectAgreement(world));

  const newest = () => queue.groups().at(-1);
  const kinds = async () => (await queue.said(newest())).map((line) => line.split(':')[0]);
  const merges = async (number: number): Promise<void> => {
    await queue.enqueue(number);
    await world.settled();
    expect(await kinds()).toEqual(['gate (prod) success', 'plan (prod) success']);
    expect(await queue.stateOf(number)).toBe('merged');
  };
  const commented = async (number: number, login: string, body: string): Promise<void> => {
    await team.comment(number, login, body);
    await world.settled();
  };

  it('gets nothing through that was put into it before somebody asked for a hold', async () => {
    const number = await queue.ready({ branch: 'before-hold', files: step(2) });
    const release = queue.unheard();
    await queue.enqueue(number);
    await commented(number, 'dan', '/hold prod "the launch"');
    expect(await team.holds()).toEqual(['prod: asked']);
    release();
    await world.settled();
    const said = await queue.said(newest());
    expect(said[0]).toMatch(new RegExp(`^gate \\(prod\\) failure: #${number}: .*prod.* is on hold`));
    expect(said[1]).toMatch(/^plan \(prod\) success: 1 migration/);
    expect(await queue.summaries(newest())).toContain('the launch');
    expect(await queue.stateOf(number)).toBe('open');
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    await commented(number, 'dan', '/release prod');
    await merges(number);
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('gets nothing through that was being planned when somebody asked for a hold', async () => {
    const number = await queue.ready({ branch: 'while-planned', files: step(3) });
    await withClient(world.targets.get('prod')?.url ?? '', async (client) => {
      await client.query('BEGIN; LOCK TABLE public.pgmigrations IN ACCESS EXCLUSIVE MODE');
      await queue.enqueue(number);
      const waiting = `SELECT 1 FROM pg_locks WHERE relation = 'public.pgmigrations'::regclass AND NOT granted`;
      await vi.waitFor(async () => expect((await client.query(waiting)).rowCount).toBeGreaterThan(0), 20_000);
      await team.comment(number, 'dan', '/hold prod "the launch"');
      await expect.poll(() => team.holds(), { timeout: 20_000 }).toEqual(['prod: asked']);
      await client.query('COMMIT');
    });
    await world.settled();
    expect(await kinds()).toEqual(['gate (prod) failure', 'plan (prod) success']);
    expect(await queue.summaries(newest())).toContain('the launch');
    expect(await queue.stateOf(number)).toBe('open');
    await commented(number, 'dan', '/release prod');
    await merges(number);
  });

  it('gets through what ends a hold', async () => {
    await team.push('main', step(4));
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    const other = await queue.ready({ branch: 'beside', files: { ...step(5), 'README.md': '# Beside\n' } });
    expect(await team.check(other, 'gate')).toBe('failure');
    const number = await queue.ready({ branch: 'anew', files: step(4, 'step_0004_anew') });
    await merges(number);
    expect(await team.holds()).toEqual([]);
    await merges(other);
    expect(await world.history('prod')).toContain(ranAs(5));
  });

  it('gets through what takes a migration back, as it was approved', async () => {
    const number = await queue.ready({ branch: 'back', files: { [fileOf(5)]: null } });
    await merges(number);
    expect(await world.history('prod')).not.toContain(ranAs(5));
    expect(await team.holds()).toEqual([]);
  });

  it('is answered red where the target cannot be reached', async () => {
    const number = await queue.ready({ branch: 'away', files: step(6) });
    const release = queue.unheard();
    await queue.enqueue(number);
    world.pointTo('prod', nowhere);
    release();
    await world.settled();
    expect(await kinds()).toEqual(['gate (prod) failure', 'plan (prod) failure']);
    const summaries = await queue.summaries(newest());
    expect(summaries).toMatch(/prod cannot be reached at 127\.0\.0\.1:1\/prod/);
    expect(summaries).not.toContain('hush');
    expect(await queue.stateOf(number)).toBe('open');
    world.pointTo('prod', world.targets.get('prod')?.url ?? '');
    await commented(number, 'wim', '/plan');
    await merges(number);
  });

  it('is answered red, under the name that is required, where the rules cannot be read', async () => {
    const number = await queue.ready({ branch: 'unruled', files: step(7) });
    const release = queue.unheard();
    await queue.enqueue(number);
    // The branch moved, so that there is another group, of which is heard first.
    await team.push('main', { [path]: 'version: 1\nenvironments: [prod\n' }, { by: 'ada' });
    release();
    await world.settled();
    const [group, older] = queue.groups().slice(-2);
    expect(await queue.said(older)).toEqual([]);
    expect(await queue.said(group)).toEqual([
      expect.stringMatching(`^gate \\(prod\\) failure: #${number}: `),
      expect.stringMatching(`^plan \\(prod\\) failure: #${number}: `),
    ]);
    expect(await queue.summaries(group)).toMatch(/tidegate\.yml.*not valid YAML/);
    expect(await queue.stateOf(number)).toBe('open');
    // Nor does what it was before stand on the pull request.
    expect([await team.check(number, 'plan'), await team.check(number, 'gate')]).toEqual([
      'failure',
      'failure',
    ]);
    await team.push('main', { [path]: oneOfDba }, { by: 'ada' });
    await world.settled();
    await merges(number);
  });
});
