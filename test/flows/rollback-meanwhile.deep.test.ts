import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrationLock } from '../../src/database/target/lock.ts';
import { withClient } from '../support/postgres.ts';
import type { World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    protected: true
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
`;

describe('a rollback that was confirmed', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
  });
  afterAll(() => world.close());

  it('takes nothing out of a middle that it was not in when it was confirmed', async () => {
    const number = await team.land({ branch: 'two', files: step(2) });
    await team.told(number, 'dan', '/rollback --accept-data-loss');
    const other = await team.open({ branch: 'three', files: step(3) });
    await world.settled();
    await team.approve(other);
    await world.settled();
    const before = (await team.answers(number)).length;
    await world.withoutPauses(() =>
      withClient(world.targets.get('prod')?.url ?? '', async (client) => {
        await client.query(`SELECT pg_advisory_lock(${migrationLock})`);
        await team.comment(number, 'dora', '/confirm');
        const waiting = `SELECT FROM pg_stat_activity
          WHERE pid <> pg_backend_pid() AND datname = current_database() AND query LIKE '%pg_try_advisory_lock%'`;
        await expect.poll(async () => (await client.query(waiting)).rowCount, { timeout: 30_000 }).toBe(1);
        // Somebody else comes first, with node-pg-migrate and what has just been merged.
        await team.merge(other);
        await client.query('CREATE TABLE step_0003 (id int PRIMARY KEY)');
        await client.query(`INSERT INTO pgmigrations (name, run_on) VALUES ('${ranAs(3)}', now())`);
      }),
    );
    expect((await team.answers(number)).slice(before).join('\n')).toMatch(/no longer what was previewed/);
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
    expect(await team.holds()).toEqual([]);
    await expectAgreement(world);
  });
});
