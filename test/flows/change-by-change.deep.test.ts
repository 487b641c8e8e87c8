import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlRows } from '../support/control-rows.ts';
import { SHOP, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 2, from: ['@acme/dba'] }
`;

describe('two changes that reach a branch before anything is settled', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
  });
  afterAll(() => world.close());

  const planned = async (number: number, approvedBy: readonly string[]): Promise<number> => {
    const pull = await team.open({ branch: `step-${number}`, files: step(number) });
    await world.settled();
    for (const login of approvedBy) await team.approve(pull, login);
    await world.settled();
    expect(await team.check(pull, 'gate')).toBe(approvedBy.length === 2 ? 'success' : 'action_required');
    return pull;
  };
  /** Merged one after the other; nothing of it is heard before both are. */
  const mergeBoth = async (first: number, second: number): Promise<void> => {
    const release = world.github.hooks.delay(() => true, 1000);
    await team.merge(first, { by: 'ada' });
    await team.merge(second, { by: 'ada' });
    release();
    await world.settled();
  };
  const digestOf = async (pull: number): Promise<string> => {
    const sql = 'SELECT digest FROM tidegate.plan WHERE pull_request = $1 ORDER BY id LIMIT 1';
    return (await controlRows<{ digest: string }>(world.control, sql, [pull]))[0]?.digest ?? '';
  };
  const ledger = () =>
    world.query<{ name: string; digest: string; pull_request: number }>(
      'prod',
      'SELECT name, digest, pull_request FROM tidegate.ledger WHERE NOT adopted ORDER BY history_id',
    );
  const entry = async (number: number, pull: number) => ({
    name: ranAs(number),
    digest: await digestOf(pull),
    pull_request: pull,
  });
  const confirmed = async (login: string): Promise<string> => {
    const { data } = await world
      .as('ada')
      .rest.issues.listForRepo({ ...SHOP, state: 'open', creator: 'tidegate[bot]' });
    const alert = data.find(({ title }) => title.includes('on hold'))?.number ?? 0;
    const before = (await team.answers(alert)).length;
    await team.comment(alert, login, '/confirm');
    await world.settled();
    return (await team.answers(alert)).slice(before).join('\n');
  };

  it('are held at the first where that was not approved, and run in order once it is', async () => {
    const first = await planned(2, []);
    const second = await planned(3, ['dan', 'dora']);
    await mergeBoth(first, second);
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await confirmed('dan')).toMatch(/It waits still: .*1 counts/);
    // The second one's approvals are not the first one's.
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    expect(await confirmed('dora')).toMatch(/runs now/);
    expect(await team.holds()).toEqual([]);
    expect(await ledger()).toEqual([await entry(2, first), await entry(3, second)]);
    await expectAgreement(world);
  });

  it('are run up to the one that was not approved, which alone is held', async () => {
    const before = await ledger();
    const first = await planned(4, ['dan', 'dora']);
    const second = await planned(5, ['dan']);
    await mergeBoth(first, second);
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await ledger()).toEqual([...before, await entry(4, first)]);
    expect((await team.answers(first))[0]).toContain('Applied to `prod`');
    await team.approve(second, 'dora');
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await ledger()).toEqual([...before, await entry(4, first), await entry(5, second)]);
    await expectAgreement(world);
  });
});
