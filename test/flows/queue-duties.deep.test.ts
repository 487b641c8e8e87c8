import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { changeQueue, groupsOf, requireQueue } from './queue.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    separate: { approving_and_merging: true }
`;

describe('who approves does not merge, behind a merge queue', () => {
  let world: World;
  let team: Team;
  let number: number;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile }));
    await requireQueue(world);
    number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    await team.approve(number, 'dan');
    await world.settled();
  });
  afterAll(() => world.close());

  const state = async () => {
    const { data } = await world.as('ada').rest.pulls.get({ ...SHOP, pull_number: number });
    return data.merged ? 'merged' : data.state;
  };

  it('keeps what its only approver put into the queue out of the branch', async () => {
    expect(await team.check(number, 'gate')).toBe('success');
    await changeQueue(world, 'enqueue', number, 'dan');
    await world.settled();
    expect(await state()).toBe('open');
    expect(await world.history('prod')).not.toContain(ranAs(2));
    const [group] = groupsOf(world);
    const ref = group?.head_sha ?? '';
    const { data } = await world.as('ada').rest.checks.listForRef({ ...SHOP, ref, app_id: world.appId });
    const gate = data.check_runs.find(({ name }) => name === 'tidegate / gate (prod)');
    expect(gate?.conclusion).toBe('action_required');
    expect(gate?.output.text ?? gate?.output.summary).toMatch(/and merged it: one person does not do both/);
  });

  it('lets it through once somebody else does', async () => {
    await changeQueue(world, 'enqueue', number, 'wim');
    await world.settled();
    expect(await state()).toBe('merged');
    expect(await world.history('prod')).toContain(ranAs(2));
    expect(await team.holds()).toEqual([]);
  });
});
