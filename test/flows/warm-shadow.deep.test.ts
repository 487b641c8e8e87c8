import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shadowDirectory } from '../../src/database/embedded/shadow-directory.ts';
import { withClient } from '../support/postgres.ts';
import type { World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod: { branch: main }
`;

/** Databases in which the service's shadow server replayed a history, by name: each replay makes another. */
async function replays(world: World): Promise<readonly string[]> {
  const directory = await shadowDirectory(join(world.directory, 'data', 'shadow'));
  const password = await readFile(join(directory, 'superuser-password'), 'utf8');
  const [, , , port = ''] = (await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8')).split('\n');
  return withClient(`postgresql://postgres:${password}@127.0.0.1:${port}/postgres`, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT datname::text AS name FROM pg_database WHERE datname LIKE 'tidegate\\_shadow\\_base\\_%' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  });
}

describe('the shadow that the next plan starts from', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, steps: 2 }));
  });
  afterAll(() => world.close());

  it('is ready once a change is applied: the next plan replays nothing', async () => {
    await team.land({ branch: 'third', files: step(3) });
    await world.settled();
    expect((await world.history('prod')).at(-1)).toBe(ranAs(3));
    const before = await replays(world);

    const next = await team.open({ branch: 'fourth', files: step(4) });
    await world.settled();
    expect(await team.check(next, 'plan')).toBe('success');
    expect(await replays(world)).toEqual(before);
  });

  it('is ready once the service has started', async () => {
    await world.restart();
    await world.settled();
    const before = await replays(world);
    expect(before).toHaveLength(1);

    const next = await team.open({ branch: 'fifth', files: step(5) });
    await world.settled();
    expect(await team.check(next, 'plan')).toBe('success');
    expect(await replays(world)).toEqual(before);
  });
});
