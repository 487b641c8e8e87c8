import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { queueOf, type MergeQueue } from './queue.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const path = 'migrations/0009_adopt.sql';
const text = '-- Up Migration\n-- tidegate:adopts prod\nALTER TABLE step_0001 ADD COLUMN note text;\n';

describe('a merge queue with a migration that adopts', () => {
  let world: World;
  let team: Team;
  let queue: MergeQueue;

  beforeAll(async () => {
    ({ world, team } = await startScene());
    await team.land({ branch: 'two', files: step(2) });
    queue = await queueOf(world, team);
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
  });
  afterAll(() => world.close());

  it('is red where that is not there, and merges what is', async () => {
    const offer = await queue.ready({ branch: 'adopt', files: { [path]: text } });
    expect(await team.check(offer, 'gate')).toBe('success');
    await world.query('prod', 'ALTER TABLE step_0001 DROP COLUMN note');
    await queue.enqueue(offer);
    await world.settled();
    expect((await queue.said(queue.groups().at(-1))).join()).toMatch(/plan \(prod\) failure/);
    expect(await queue.summaries(queue.groups().at(-1))).toMatch(/makes another schema than is there/);
    expect(await queue.stateOf(offer)).toBe('open');
    expect(await team.holds()).toEqual([]);
    await world.query('prod', 'ALTER TABLE step_0001 ADD COLUMN note text');
    await queue.enqueue(offer);
    await world.settled();
    expect(await queue.stateOf(offer)).toBe('merged');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([ranAs(1), ranAs(2), '0009_adopt']);
  });
});
