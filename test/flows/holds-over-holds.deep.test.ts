import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlRows } from '../support/control-rows.ts';
import { looseCommit, pushCommits } from '../support/loose-commits.ts';
import { nextSecond } from '../support/strangers.ts';
import type { World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
drift: { policy: warn }
`;

/** An address of this machine where nobody listens. */
const nowhere = 'postgres://tidegate:hush@127.0.0.1:1/prod';

let world: World;
let team: Team;

beforeAll(async () => {
  ({ world, team } = await startScene({ repositoryFile }));
});
afterAll(() => world.close());

const expectHeld = async (reason: string, number: number): Promise<void> => {
  expect(await team.holds()).toEqual([`prod: ${reason}`]);
  expect(await world.history('prod')).not.toContain(ranAs(number));
};

describe('a hold that comes on top of another', () => {
  it('replaces none that waits for a command where it is an outage’s, which ends by itself', async () => {
    await world.query('prod', 'CREATE TABLE step_0002 (other int)');
    const number = await team.land({ branch: 'second', files: step(2) });
    await world.query('prod', 'DROP TABLE step_0002');
    const held = await holdOf(world);
    world.pointTo('prod', nowhere);
    await world.withoutPauses(() => world.service.sweep());
    expect(await holdOf(world)).toEqual(held);
    world.pointTo('prod', world.targets.get('prod')?.url ?? '');
    await world.service.sweep();
    await world.settled();
    await expectHeld('apply-failed', 2);
    await team.told(number, 'dan', '/retry');
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('takes over one that could end by itself where somebody asks for it', async () => {
    const number = await team.open({ branch: 'third', files: step(3) });
    await world.settled();
    await team.merge(number);
    await world.settled();
    await expectHeld('not-approved', 3);
    expect(await team.told(number, 'dan', '/hold "a freeze"')).toMatch(/takes no migrations/);
    await team.approve(number);
    await world.settled();
    await expectHeld('asked', 3);
    await team.told(number, 'dora', '/release');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(3));
  });

  it('gives the way to the one beneath, that somebody asked for, and to nothing else', async () => {
    const number = await team.open({ branch: 'fourth', files: step(4) });
    await world.settled();
    await team.approve(number);
    await team.told(number, 'dan', '/hold "a freeze"');
    // An earlier version put an outage's hold over others.
    const outage = { reason: 'apply-failed', message: 'It could not be reached.' };
    await controlRows(
      world.control,
      `UPDATE tidegate.hold SET document = document || jsonb_build_object('beneath', document) || $1::jsonb`,
      [JSON.stringify(outage)],
    );
    await team.merge(number);
    await world.settled();
    await expectHeld('asked', 4);
    await team.told(number, 'dan', '/release');
    expect(await world.history('prod')).toContain(ranAs(4));
  });
});

describe('a /confirm that is heard late', () => {
  /** Dora's `/confirm`, which is written now and heard after what `act` leads to; what is answered to it. */
  const overtaken = async (number: number, act: () => Promise<unknown>): Promise<string> => {
    const release = world.github.hooks.delay(({ event }) => event === 'issue_comment', 1);
    await team.comment(number, 'dora', '/confirm');
    await act();
    await world.settled();
    const before = (await team.answers(number)).length;
    release();
    await world.settled();
    return (await team.answers(number)).slice(before).join('\n');
  };

  it('is about no plan that was made after it was written', async () => {
    const number = await team.open({ branch: 'fifth', files: step(5) });
    await world.settled();
    const merging = async (): Promise<void> => {
      await nextSecond();
      const parents = [await team.head('main'), await team.head('fifth')] as const;
      const other = { by: 'wim', parents, files: step(5, 'step_0005_of_another') };
      await pushCommits(world, 'wim', 'main', await looseCommit(world, other));
    };
    expect(await overtaken(number, merging)).toMatch(/written before the plan that waits here now was made/);
    await expectHeld('not-approved', 5);
    await team.told(number, 'dora', '/confirm');
    expect(await world.history('prod')).toContain(ranAs(5));
  });

  it('is about no rollback or release that was asked for after it was written', async () => {
    const number = await team.land({ branch: 'sixth', files: step(6) });
    const taking = () => team.comment(number, 'dan', '/rollback --accept-data-loss');
    expect(await overtaken(number, taking)).toMatch(/written before the `\/rollback` that waits here now/);
    expect(await world.history('prod')).toContain(ranAs(6));
    await team.told(number, 'dora', '/confirm');
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    expect(await world.history('prod')).not.toContain(ranAs(6));
    const releasing = () => team.comment(number, 'dan', '/release');
    expect(await overtaken(number, releasing)).toMatch(/written before the `\/release` that waits here now/);
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    await team.told(number, 'dora', '/confirm');
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(6));
    await expectAgreement(world);
  });
});

async function holdOf(world: World): Promise<unknown> {
  return controlRows(world.control, 'SELECT document, since FROM tidegate.hold');
}
