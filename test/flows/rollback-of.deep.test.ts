import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
`;

describe('taking back what is named', () => {
  let world: World;
  let team: Team;
  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'prod'] }));
  });
  afterAll(() => world.close());
  afterEach(() => expectAgreement(world));

  const revert = async (): Promise<{ number: number; title: string; body: string | null }> => {
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    expect(data).toHaveLength(1);
    const [{ number, title, body } = { number: 0, title: '', body: null }] = data;
    return { number, title, body };
  };
  const files = async (number: number) =>
    (await world.as('ada').rest.pulls.listFiles({ ...SHOP, pull_number: number })).data.map(
      ({ filename, status }) => `${status} ${filename}`,
    );

  it('takes back all that ran after one migration, whichever pull requests brought it', async () => {
    const first = await team.land({ branch: 'two', files: { ...step(2), 'app.txt': 'two\n' } });
    await team.land({ branch: 'three', files: { ...step(3), ...step(4), 'app.txt': 'three\n' } });
    const told = await team.told(first, 'dan', `/rollback --to ${ranAs(1)} --accept-data-loss`);
    expect(told).toMatch(/Rolling back 0004\\?_step, 0003\\?_step, 0002\\?_step on `prod`/);
    await team.told(first, 'dora', '/confirm');
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await team.holds()).toEqual(['prod: rolled-back']);
    const { number, title, body } = await revert();
    expect(title).toBe('Take back 0004_step, 0003_step, 0002_step');
    expect(body).toContain(`Asked for by \`dan\` on #${first}, confirmed by \`dora\``);
    expect(await files(number)).toEqual([2, 3, 4].map((one) => `removed ${fileOf(one)}`));
    expect(await team.check(number, 'gate')).toBe('success');
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await team.told(first, 'dan', '/rollback')).toMatch(/taken back already/);
  });

  it('takes back the newest, and leaves the rest of its pull request where it is', async () => {
    const number = await team.land({ branch: 'five', files: { ...step(5), ...step(6) } });
    await world.query('prod', 'INSERT INTO step_0006 VALUES (1), (2)');
    const told = await team.told(number, 'dan', '/rollback --last 1 prod --accept-data-loss');
    expect(told).toContain('`public.step_0006` holds 2 rows at the moment.');
    expect(told).toMatch(/Rolling back 0006\\?_step on `prod`/);
    await team.told(number, 'dora', '/confirm');
    expect(await world.history('prod')).toEqual([1, 5].map(ranAs));
    const made = await revert();
    expect(await files(made.number)).toEqual([`removed ${fileOf(6)}`]);
    await team.merge(made.number);
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await team.told(number, 'dan', '/rollback --dry-run')).toMatch(/DROP TABLE step\\?_0005/);
  });

  it('makes one pull request’s own revert where all of that, and nothing else, was named', async () => {
    const number = await team.land({ branch: 'seven', files: { ...step(7), 'app.txt': 'seven\n' } });
    await team.told(number, 'dan', `/rollback ${fileOf(7)} --accept-data-loss`);
    await team.told(number, 'dora', '/confirm');
    const made = await revert();
    expect(made.title).toBe(`Take back #${number}: Work on seven`);
    expect(await files(made.number)).toEqual([`modified app.txt`, `removed ${fileOf(7)}`]);
    await team.merge(made.number);
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });

  it('takes one out of the middle where the later ones stand without it, and says what that costs', async () => {
    const number = await team.land({ branch: 'nine', files: { ...step(9), ...step(10) } });
    const preview = await team.told(number, 'dan', `/rollback ${ranAs(9)} --accept-data-loss`);
    expect(preview).toMatch(/0009\\?_step comes out of the middle: 0010\\?_step ran after it/);
    expect(preview).toContain('git mv migrations/0009_step.sql migrations/0011_step.sql');
    await team.told(number, 'dora', '/confirm');
    expect(await world.history('prod')).toEqual([1, 5, 10].map(ranAs));
    const made = await revert();
    expect(await files(made.number)).toEqual([`removed ${fileOf(9)}`]);
    await team.merge(made.number);
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });

  it('takes none out of the middle that a later one needs, and names the command for all of them', async () => {
    const needs = `-- Up Migration\nCREATE INDEX more ON step_0012 (id);\n\n-- Down Migration\nDROP INDEX more;\n`;
    const beside = `-- Up Migration\nCREATE VIEW seen AS SELECT id FROM step_0014;\n\n-- Down Migration\nDROP VIEW seen;\n`;
    const number = await team.land({
      branch: 'twelve',
      files: { ...step(12), [fileOf(13)]: needs, ...step(14), [fileOf(15)]: beside },
    });
    const told = await team.told(number, 'dan', `/rollback ${ranAs(12)} --accept-data-loss`);
    expect(told).toMatch(/0013\\?_step does not run without it: .*relation "?step\\?_0012"? does not exist/s);
    expect(told).toContain(`/rollback --to ${ranAs(10)}`);
    expect(await team.told(number, 'dan', `/rollback ${ranAs(14)} --accept-data-loss`)).toMatch(
      /Its down does not run with them there: .*other objects depend on it/s,
    );
    expect(await world.history('prod')).toEqual([1, 5, 10, 12, 13, 14, 15].map(ranAs));
  });

  it('asks for a loss in as many words also where no statement says what is lost', async () => {
    const mood = `-- Up Migration
CREATE TYPE mood AS ENUM ('fine');
ALTER TABLE step_0001 ADD COLUMN how mood;
ALTER TABLE step_0001 RENAME TO step_first;

-- Down Migration
ALTER TABLE step_first RENAME TO step_0001;
DROP TYPE mood CASCADE;
`;
    const number = await team.land({ branch: 'mood', files: { [fileOf(16)]: mood } });
    const told = await team.told(number, 'dan', '/rollback');
    expect(told).toMatch(/--accept-data-loss/);
    expect(told).toContain('`public.step_first`');
    await team.land({ branch: 'no-mood', files: { [fileOf(16)]: null } });
  });

  it('says what was expected where it is not there', async () => {
    const number = await team.open({ branch: 'eight', files: { 'app.txt': 'eight\n' } });
    await world.settled();
    expect(await team.told(number, 'dan', '/rollback 0099_nothing')).toMatch(
      /What was asked for was not taken back on `prod`:\n\n- prod has not run 0099\\?_nothing/,
    );
    expect(await team.told(number, 'dan', '/rollback --last 9')).toMatch(/prod has run 7 migrations/);
    expect(await team.told(number, 'rita', '/rollback --last 1')).toMatch(/`rita` may not use `\/rollback`/);
    expect(await team.told(number, 'dan', '/rollback')).toMatch(/name what is to be taken back/);
  });
});
