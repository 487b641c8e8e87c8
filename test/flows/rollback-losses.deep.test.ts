import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../support/postgres.ts';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, type Team } from './team.ts';

const rules = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['@acme/dba'] }
`;

const file = (up: string, down: string) => `-- Up Migration\n${up}\n\n-- Down Migration\n${down}\n`;

describe('what a rollback would lose in rows', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    const first = { '0001_items.sql': file('CREATE TABLE items (id int, state text);', 'DROP TABLE items;') };
    ({ world, team } = await startScene({ repositoryFile: rules, migrations: first }));
    await world.query('prod', `INSERT INTO items SELECT n, 'new' FROM generate_series(1, 3) n`);
  });
  afterAll(() => world.close());

  it.each([
    {
      number: 2,
      what: 'DELETE … WHERE',
      up: `INSERT INTO items VALUES (9, 'kept');`,
      down: `DELETE FROM items WHERE id > 1;`,
      said: /DELETE takes those rows of `items` away for good/,
    },
    {
      number: 3,
      what: 'UPDATE',
      up: `UPDATE items SET state = 'old' WHERE state = 'new';`,
      down: `UPDATE items SET state = 'new' WHERE state = 'old';`,
      said: /UPDATE writes over `state` in those rows/,
    },
    {
      number: 4,
      what: 'TRUNCATE',
      up: `UPDATE items SET state = 'older' WHERE state = 'old';`,
      down: 'TRUNCATE items;',
      said: /TRUNCATE loses every row of `items`/,
    },
    {
      number: 5,
      what: 'a narrower type',
      up: 'ALTER TABLE items ALTER COLUMN id TYPE bigint;',
      down: 'ALTER TABLE items ALTER COLUMN id TYPE int;',
      said: /Changing `items\.id` from `int8` to `int4`: a value that does not fit/,
    },
  ])('is said of $what, and has to be asked for in as many words', async ({ number, up, down, said }) => {
    const pull = await team.land({ branch: `loses-${number}`, files: { [fileOf(number)]: file(up, down) } });
    const told = await team.told(pull, 'dan', '/rollback');
    expect(told).toMatch(said);
    expect(told).toContain(
      '`public.items` holds 4 rows at the moment: of its own it can be no more than that.',
    );
    expect(told).toContain('`/rollback --accept-data-loss`');
    expect(await team.told(pull, 'dora', '/confirm')).toMatch(/Nothing waits for a confirmation/);
    expect(await world.history('prod')).toContain(ranAs(number));
  });

  it('is taken away once it was asked for and confirmed', async () => {
    const pull = await team.open({ branch: 'aside', files: { 'app.txt': 'aside\n' } });
    const asking = `/rollback --to ${ranAs(4)} prod --accept-data-loss`;
    expect(await team.told(pull, 'dan', asking)).toMatch(/Data would be lost:[^]*`items\.id` from `int8`/);
    // As if an older version, to which it was no loss, had shown it.
    await withClient(world.control.url, (client) =>
      client.query('UPDATE tidegate.rollback SET accept_data_loss = false'),
    );
    expect(await team.told(pull, 'dora', '/confirm')).toMatch(/no longer what was previewed/);
    await team.told(pull, 'dan', asking);
    await team.told(pull, 'dora', '/confirm');
    expect(await world.history('prod')).not.toContain(ranAs(5));
    const { data } = await world.as('ada').rest.pulls.list({ ...SHOP, state: 'open' });
    for (const { number } of data) if (number !== pull) await team.merge(number);
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });

  it('is not said of a column that comes back, and is said to be unknown of a block', async () => {
    const up = 'ALTER TABLE items DROP COLUMN state;';
    const back = `ALTER TABLE items ADD COLUMN state text; UPDATE items SET state = 'back';`;
    const block = 'DO $$ BEGIN DELETE FROM items; END $$;';
    const pull = await team.land({ branch: 'back', files: { [fileOf(6)]: file(up, `${back}\n${block}`) } });
    const told = await team.told(pull, 'dan', '/rollback');
    expect(told).toMatch(/this DO block does[^]*not known beforehand, and is not among what would be lost/);
    expect(told).not.toMatch(/Data would be lost|--accept-data-loss/);
  });

  it('is asked for as well where drift is taken back', async () => {
    await world.query('prod', 'ALTER TABLE items ALTER COLUMN id TYPE bigint');
    const pull = await team.open({ branch: 'drifted', files: { 'app.txt': 'drifted\n' } });
    expect(await team.told(pull, 'dan', '/drift revert prod')).toMatch(
      /items\.id` from `int8` to `int4`[^]*holds 4 rows[^]*--accept-data-loss/,
    );
  });
});
