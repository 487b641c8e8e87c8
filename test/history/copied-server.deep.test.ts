import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.ts';
import { temporaryFolder } from '../../src/database/embedded/temporary-folder.ts';
import { migrateByHand } from '../../src/demo/migrate-by-hand.ts';
import { startScene } from '../flows/scene.ts';
import { fileOf, step, textOf, type Team } from '../flows/team.ts';
import { withClient } from '../support/postgres.ts';
import { silentLog } from '../support/target-fixture.ts';
import type { World } from '../support/world.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod: { branch: main, protected: false }
`;

/** As by pg_basebackup or a snapshot of the disk: the copy has the identifier and the names of the original. */
describe('a server that is a physical copy of another', () => {
  let world: World;
  let team: Team;
  let folder: string;
  let original: EmbeddedPostgres;
  let copy: EmbeddedPostgres;

  const start = (directory: string): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ directory, durable: true, log: silentLog, settings: { fsync: 'off' } });

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'prod'] }));
    folder = await temporaryFolder('tidegate-copied-');
    const [from, to] = [join(folder, 'original'), join(folder, 'copy')];
    const made = await start(from);
    await withClient(made.superuserUrl('postgres'), (client) => client.query('CREATE DATABASE shop'));
    await migrateByHand({ [fileOf(1)]: textOf('step_0001') }, made.superuserUrl('shop'), world.directory);
    await made.stop();
    // The server runs as another user than the tests may: the copy has to keep whose the files are.
    await promisify(execFile)('cp', ['-a', from, to]);
    original = await start(from);
    copy = await start(to);
  });
  afterAll(async () => {
    await world.close();
    await Promise.all([original.stop(), copy.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  const move = async (environment: string, server: EmbeddedPostgres): Promise<void> => {
    world.pointTo(environment, server.superuserUrl('shop'));
    await world.service.sweep();
    await world.settled();
  };
  const has = (server: EmbeddedPostgres, table: string): Promise<boolean> =>
    withClient(server.superuserUrl('shop'), async (client) => {
      const { rowCount } = await client.query('SELECT FROM pg_tables WHERE tablename = $1', [table]);
      return rowCount === 1;
    });

  it('is an environment’s own beside the original, which is another’s', async () => {
    await move('prod', original);
    await team.told(await team.alert(), 'dan', '/retry');
    await move('dev', copy);
    expect(await team.holds()).toEqual(['dev: another-database']);
    await team.told(await team.alert(), 'wim', '/retry');
    expect(await team.holds()).toEqual([]);
    await team.land({ branch: 'second', base: 'dev', files: step(2) });
    expect([await has(original, 'step_0002'), await has(copy, 'step_0002')]).toEqual([false, true]);
  });

  it('is told from the original still, where both environments come to have that', async () => {
    await move('dev', original);
    expect(await team.holds()).toEqual(['dev: another-database']);
    expect((await team.answers(await team.alert())).length).toBe(0);
    await move('dev', copy);
    await team.told(await team.alert(), 'wim', '/retry');
    expect(await team.holds()).toEqual([]);
  });
});
