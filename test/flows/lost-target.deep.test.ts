import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, withClient, type TestDatabase } from '../support/postgres.ts';
import type { World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod: { branch: main, protected: false, rollback: { approvals: 0 } }
`;

/** An address of this machine where nobody listens. */
const nowhere = 'postgres://tidegate:hush@127.0.0.1:1/prod';

describe('a target', () => {
  let world: World;
  let team: Team;
  let astray = 0;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
    await team.land({ branch: 'second', files: step(2) });
  });
  afterAll(() => world.close());
  afterEach(async () => {
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
  });

  /** The database that the environment has from the start. */
  function home(): TestDatabase {
    const target = world.targets.get('prod');
    if (target === undefined) throw new Error('there is no prod in this world');
    return target;
  }

  it('that cannot be reached when it is to be applied to is held, and gets it once it answers', async () => {
    const number = await team.open({ branch: 'away', files: step(3) });
    await world.settled();
    world.pointTo('prod', nowhere);
    await world.withoutPauses(() => team.merge(number));
    expect(await team.holds()).toEqual(['prod: apply-failed']);
    expect(await team.alerts()).toEqual(['prod is on hold: nothing can be run on it now']);
    expect(await heldBecause(world)).toMatch(/prod cannot be reached at 127\.0\.0\.1:1\/prod/);
    expect(await heldBecause(world)).not.toContain('hush');
    expect(await world.history('prod')).toEqual([1, 2].map(ranAs));
    world.pointTo('prod', home().url);
    await world.service.sweep();
    await world.settled();
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
  });

  it('that is another database than before gets nothing, and loses nothing, until /retry finds its own', async () => {
    await using other = await createDatabase('other');
    world.pointTo('prod', other.url);
    astray = await team.land({ branch: 'astray', files: step(4) });
    expect(await team.holds()).toEqual(['prod: another-database']);
    expect(await team.alerts()).toHaveLength(1);
    expect(await tablesOf(other.url)).toEqual([]);
    world.pointTo('prod', home().url);
    await team.comment(astray, 'dan', '/retry');
    await world.settled();
    expect(await world.history('prod')).toEqual([1, 2, 3, 4].map(ranAs));
    await expectAgreement(world);
  });

  it('that was moved on purpose is taken for its own by /retry, and nothing is rolled back there before', async () => {
    const { name } = home();
    await using moved = await createDatabase('moved', name);
    world.pointTo('prod', moved.url);
    await team.comment(astray, 'dan', '/rollback --accept-data-loss');
    await world.settled();
    expect((await team.answers(astray)).at(-1)).toMatch(/is not the one that Tidegate has known/);
    expect(await tablesOf(moved.url)).toContain('step_0004');
    expect(await team.holds()).toEqual(['prod: another-database']);
    const number = await team.land({ branch: 'along', files: step(5) });
    expect(await tablesOf(moved.url)).not.toContain('step_0005');
    await team.comment(number, 'dan', '/retry');
    await world.settled();
    expect(await tablesOf(moved.url)).toContain('step_0005');
    expect(await world.history('prod')).not.toContain(ranAs(5));
  });
});

async function heldBecause(world: World): Promise<string> {
  const { rows } = await withClient(world.control.url, (client) =>
    client.query<{ message: string }>(`SELECT document->>'message' AS message FROM tidegate.hold`),
  );
  return rows.map(({ message }) => message).join('\n');
}

async function tablesOf(url: string): Promise<readonly string[]> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ name: string }>(
      `SELECT tablename::text AS name FROM pg_catalog.pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    ),
  );
  return rows.map(({ name }) => name);
}
