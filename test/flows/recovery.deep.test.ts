import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod: { branch: main, protected: false }
`;

describe('after what went wrong in between', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
  });
  afterAll(() => world.close());
  afterEach(async () => expect(await team.holds()).toEqual([]));

  it('catches up on lost deliveries by a sweep, and at the next start', async () => {
    let isDeaf = true;
    world.github.hooks.drop(() => isDeaf, 1000);
    const number = await team.open({ branch: 'unheard', files: step(2) });
    await world.settled();
    expect(await team.check(number, 'plan')).toBeNull();
    await world.service.sweep();
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('success');
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).not.toContain(ranAs(2));
    await world.restart();
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(2));
    isDeaf = false;
  });

  it('does once what is delivered three times', async () => {
    let isStuttering = true;
    world.github.hooks.repeat(() => isStuttering, 3, 1000);
    const number = await team.land({ branch: 'thrice', files: step(3) });
    const before = (await team.answers(number)).length;
    await team.comment(number, 'wim', '/status');
    await world.settled();
    isStuttering = false;
    expect(await audited(world, ranAs(3))).toEqual(['applied']);
    expect(await team.answers(number)).toHaveLength(before + 1);
  });

  it('loses no command where GitHub fails in the middle of it, and answers it once', async () => {
    const number = await team.open({ branch: 'helpless', files: step(4) });
    await world.settled();
    world.github.hooks.failNext('POST', /\/reactions$/, 502, 2);
    const before = (await team.answers(number)).length;
    await team.comment(number, 'wim', '/help');
    await world.settled();
    expect(await team.answers(number)).toHaveLength(before + 1);
    await team.merge(number);
    await world.settled();
  });

  it('tells every outcome once GitHub listens, an older one before a newer, and applies once', async () => {
    await world.query('prod', 'CREATE TABLE step_0005 (other int)');
    const number = await team.open({ branch: 'untold', files: step(5) });
    await world.settled();
    // The first outcome is told again after a pause: the second is there by then, and waits for it.
    world.github.hooks.failNext('POST', /\/statuses\//, 502, 2);
    await team.merge(number);
    await expect.poll(() => team.holds(), { timeout: 20_000 }).toEqual(['prod: apply-failed']);
    await world.query('prod', 'DROP TABLE step_0005');
    await team.comment(number, 'wim', '/retry');
    await world.settled();
    expect(await audited(world, ranAs(5))).toEqual(['apply-failed', 'applied']);
    const { data } = await world.as('ada').rest.repos.getCombinedStatusForRef({ ...SHOP, ref: 'main' });
    expect(data.statuses.map(({ description }) => description)).toEqual(['1 migration applied to prod']);
    expect((await team.answers(number))[0]).toMatch(/applied/i);
    expect(await outbox(world)).toBe(0);
  });

  it('plans nothing while the configuration cannot be read, says so, and goes on when it can', async () => {
    await team.push('main', { '.github/tidegate.yml': 'version: 1\nenvironments: 7\n' });
    await world.settled();
    const number = await team.open({ branch: 'unruled', files: step(6) });
    await world.settled();
    expect(await team.check(number, 'plan', 'main')).toBe('failure');
    expect(await team.said(number, 'plan', 'main')).toMatch(/tidegate\.yml/);
    const mend = { '.github/tidegate.yml': repositoryFile };
    const still = await team.open({ branch: 'still', files: { '.github/tidegate.yml': 'version: 2\n' } });
    const mixed = await team.open({ branch: 'mixed', files: { ...mend, ...step(9) } });
    const mended = await team.open({ branch: 'mended', files: mend });
    await world.settled();
    expect(await team.said(still, 'plan', 'main')).toMatch(/version: expected 1.*found 2/);
    expect(await team.check(mixed, 'plan')).toBe('failure');
    expect((await team.answers(mixed))[0]).toMatch(/Not yet: it could not be planned/);
    expect(await team.said(mixed, 'plan')).toMatch(/Mend the file in a pull request of its own/);
    expect(await team.check(mended, 'plan')).toBe('success');
    expect(await team.said(mended, 'plan')).toMatch(/`prod` is the branch `main`, not protected/);
    // What it says of itself, that nobody has to approve, is not believed yet.
    await team.approve(mended, 'dan');
    await world.settled();
    expect(await team.check(mended, 'gate')).toBe('action_required');
    await team.approve(mended, 'ada');
    await world.settled();
    expect(await team.check(mended, 'gate')).toBe('success');
    expect((await team.answers(mended))[0]).toMatch(/You can merge/);
    await team.merge(mended);
    await world.settled();
    expect(await world.history('prod')).not.toContain(ranAs(9));
    for (const pull_number of [still, mixed]) {
      await team.close(pull_number);
    }
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('success');
    await team.merge(number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(6));
  });

  it('goes by what is, where deliveries come late and the newer first', async () => {
    const release = world.github.hooks.delay(({ event }) => event === 'push' || event === 'pull_request', 3);
    const number = await team.open({ branch: 'late', files: step(7) });
    await team.merge(number);
    // What is not held back any more overtakes: this push is heard of first.
    await team.push('main', { 'README.md': '# Overtaking\n' });
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(7));
    release();
    await world.settled();
    expect(await audited(world, ranAs(7))).toEqual(['applied']);
  });

  it('leaves the database equal to the branch after all of that', async () => {
    await expectAgreement(world);
    expect(await team.alerts()).toEqual([]);
  });
});

/** What the audit says was done about a migration, in order. */
async function audited(world: World, migration: string): Promise<readonly string[]> {
  const { rows } = await withClient(world.control.url, (client) =>
    client.query<{ action: string }>('SELECT action FROM tidegate.audit WHERE migration = $1 ORDER BY id', [
      migration,
    ]),
  );
  return rows.map(({ action }) => action);
}

async function outbox(world: World): Promise<number> {
  const { rows } = await withClient(world.control.url, (client) =>
    client.query('SELECT id FROM tidegate.announcement'),
  );
  return rows.length;
}
