import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScene } from '../flows/scene.ts';
import { fileOf, ranAs, step, type Team } from '../flows/team.ts';
import { controlRows } from '../support/control-rows.ts';
import { SHOP, type World } from '../support/world.ts';

const targets = ['eu', 'us', 'ap'] as const;

const rules = (ap: string): string => `version: 1
environments:
  eu: { branch: main, approvals: { required: 1, from: ['@acme/dba'] } }
  us: { branch: main, after: eu, approvals: { required: 1, from: ['@acme/dba'] } }
  ap: { branch: main, ${ap}, approvals: { required: 1, from: ['@acme/dba'] } }
`;

/** A migration that fails where the table that came before holds a row with that number. */
const forbidding = (number: number, id: number): Readonly<Record<string, string>> => ({
  [fileOf(number)]:
    `-- Up Migration\nALTER TABLE step_0001 ADD CONSTRAINT no_${id} CHECK (id <> ${id});\n\n` +
    `-- Down Migration\nALTER TABLE step_0001 DROP CONSTRAINT no_${id};\n`,
});

describe('fault 61: several databases of one branch', () => {
  let world: World;
  let team: Team;
  let failed: number;

  beforeAll(async () => {
    const repositoryFile = rules('after: us');
    ({ world, team } = await startScene({ repositoryFile, environments: targets, branches: [] }));
  });
  afterAll(() => world.close());

  const histories = (): Promise<(readonly string[])[]> =>
    Promise.all(targets.map((name) => world.history(name)));
  const issueText = async (number: number): Promise<string> =>
    (await world.as('ada').rest.issues.get({ ...SHOP, issue_number: number })).data.body ?? '';
  const upTo = (last: number): readonly string[] => Array.from({ length: last }, (_, at) => ranAs(at + 1));
  const ranAt = async (environment: string, migration: string): Promise<number> => {
    const sql = `SELECT applied_at FROM tidegate.ledger WHERE name = '${migration}'`;
    return (await world.query<{ applied_at: Date }>(environment, sql))[0]?.applied_at.getTime() ?? 0;
  };

  it('are planned, gated and applied each on its own, one after the other', async () => {
    const number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    const gates = () => Promise.all(targets.map((name) => team.check(number, 'gate', name)));
    expect(await gates()).toEqual(targets.map(() => 'action_required'));
    await team.approve(number);
    await world.settled();
    expect(await gates()).toEqual(targets.map(() => 'success'));
    const comments = await team.answers(number);
    expect(comments.map((text) => /Merging runs 1 migration on ([^.]*)\./.exec(text)?.[1])).toEqual([
      '`eu`',
      '`us`, once `eu` is through with it',
      '`ap`, once `us` is through with it',
    ]);
    await team.merge(number);
    await world.settled();
    expect(await histories()).toEqual(targets.map(() => upTo(2)));
    const [eu = 0, us = 0, ap = 0] = await Promise.all(targets.map((name) => ranAt(name, ranAs(2))));
    expect([0 < eu, eu < us, us < ap]).toEqual([true, true, true]);
    expect(await team.answers(number)).toHaveLength(targets.length);
  });

  it('of which one fails: the one before keeps it, it is on hold itself, and the next is not started', async () => {
    await world.query('us', 'INSERT INTO step_0001 VALUES (7)');
    failed = await team.land({ branch: 'third', files: forbidding(3, 7) });
    expect(await histories()).toEqual([upTo(3), upTo(2), upTo(2)]);
    expect(await team.holds()).toEqual(['us: apply-failed']);
    expect(await team.alerts()).toHaveLength(1);
    const comments = await team.answers(failed);
    const alert = await team.alert();
    expect(comments.map((text) => text.split('\n', 1)[0])).toEqual([
      expect.stringContaining('Applied to `eu`.'),
      expect.stringContaining('Failed on `us`.'),
      expect.stringMatching(
        new RegExp(
          'Merged, and not yet run on `ap`.\\*\\* It waits for `us`, which is on hold: A migration failed on us; .*' +
            `\\. It is taken by itself afterwards; #${alert} says what ends that\\.`,
        ),
      ),
    ]);
    expect(await issueText(alert)).toMatch(/`ap` waits for it, and goes on by itself once/);
    expect(await team.told(failed, 'dan', '/retry ap')).toMatch(/It waits for `us`, which is on hold/);
    const status = await team.told(failed, 'wim', '/status');
    expect(status).toMatch(/\| `ap` \|.*waits for `us` \(#\d+\), which is on hold: A migration failed/);
  });

  it('stays so over a restart, and nothing is said twice', async () => {
    const before = await team.answers(failed);
    const waits = () =>
      controlRows(world.control, "SELECT environment FROM tidegate.audit WHERE action = 'waits-for-turn'");
    expect(await waits()).toEqual([{ environment: 'ap' }]);
    await world.restart();
    await world.settled();
    expect(await histories()).toEqual([upTo(3), upTo(2), upTo(2)]);
    expect(await team.holds()).toEqual(['us: apply-failed']);
    expect(await team.answers(failed)).toEqual(before);
    expect(await waits()).toEqual([{ environment: 'ap' }]);
  });

  it('get through in their order once the cause is mended and somebody says `/retry`', async () => {
    await world.query('us', 'DELETE FROM step_0001');
    expect(await team.told(failed, 'dan', '/retry')).toContain('`us`');
    expect(await histories()).toEqual(targets.map(() => upTo(3)));
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
    expect((await ranAt('us', ranAs(3))) < (await ranAt('ap', ranAs(3)))).toBe(true);
    const [, , ap] = await team.answers(failed);
    expect(ap).toContain('Applied to `ap`.');
  });

  it('goes on to the next where the rules say so, after the one before had its turn', async () => {
    await team.rule(rules('after: us, go_on: true'));
    await world.settled();
    await world.query('us', 'INSERT INTO step_0001 VALUES (8)');
    await team.land({ branch: 'fourth', files: forbidding(4, 8) });
    expect(await histories()).toEqual([upTo(4), upTo(3), upTo(4)]);
    expect(await issueText(await team.alert())).not.toMatch(/Who waits/);
  });

  it('goes on as well with what is merged while the one before stays on hold', async () => {
    await team.land({ branch: 'fifth', files: step(5) });
    expect(await histories()).toEqual([upTo(5), upTo(3), upTo(5)]);
    expect(await team.holds()).toEqual(['us: apply-failed']);
  });

  it('does not go round one further ahead by that', async () => {
    await world.query('eu', 'INSERT INTO step_0001 VALUES (9)');
    const number = await team.land({ branch: 'sixth', files: forbidding(6, 9) });
    expect(await histories()).toEqual([upTo(5), upTo(3), upTo(5)]);
    expect(await team.holds()).toEqual(['eu: apply-failed', 'us: apply-failed']);
    expect((await team.answers(number)).at(-1)).toMatch(
      /not yet run on `ap`\.\*\* It waits for `us`, which waits for `eu`, which is on hold: /,
    );
    await world.query('us', 'DELETE FROM step_0001');
    await team.told(number, 'dan', '/retry us');
    expect(await histories()).toEqual([upTo(5), upTo(5), upTo(5)]);
    await world.query('eu', 'DELETE FROM step_0001');
    await team.told(number, 'dan', '/retry');
    expect(await histories()).toEqual(targets.map(() => upTo(6)));
    expect(await team.holds()).toEqual([]);
  });
});
