import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { startScene } from './scene.ts';
import { fileOf, ranAs, step, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev:
    branch: dev
    approvals:
      different_people: true
      all:
        - { required: 1, from: ['@acme/dba'] }
        - { required: 1, from: [dan, wanda] }
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
    rollback: { approvals: 1, from: ['role:write'] }
    separate: { approving_and_merging: true, writing_and_confirming: true }
`;

describe('duties that are kept apart', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile, environments: ['dev', 'prod'] }));
  });
  afterAll(() => world.close());

  it('hold what its only approver merged, until another approves', async () => {
    const number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    await team.approve(number, 'dan');
    await world.settled();
    expect(await team.check(number, 'gate')).toBe('success');
    await team.merge(number, { by: 'dan' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).not.toContain(ranAs(2));
    await team.comment(number, 'dan', '/confirm');
    await world.settled();
    expect((await team.answers(number)).at(-1)).toMatch(/and merged it: one person does not do both/);
    await team.approve(number, 'dora');
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('keep who wrote a change from confirming its rollback', async () => {
    const number = await team.land({ branch: 'third', files: step(3) });
    await team.comment(number, 'dan', '/rollback --accept-data-loss');
    await world.settled();
    await team.comment(number, 'wim', '/confirm');
    await world.settled();
    expect((await team.answers(number)).at(-1)).toMatch(/`wim` wrote in what it is about/);
    expect(await world.history('prod')).toContain(ranAs(3));
    await team.comment(number, 'wanda', '/confirm');
    await world.settled();
    expect(await world.history('prod')).not.toContain(ranAs(3));
    await team.push('main', { [fileOf(3)]: null });
    await world.settled();
    expect(await team.holds()).toEqual([]);
  });

  it('ask two teams for one each, and nobody counts for both', async () => {
    const number = await team.open({ branch: 'other', base: 'dev', files: step(4) });
    await world.settled();
    await team.approve(number, 'dan');
    await world.settled();
    expect(await team.check(number, 'gate', 'dev')).toBe('action_required');
    expect(await team.said(number, 'gate', 'dev')).toMatch(/somebody would count twice/);
    await team.approve(number, 'wanda');
    await world.settled();
    expect(await team.check(number, 'gate', 'dev')).toBe('success');
    await team.merge(number);
    await world.settled();
    expect(await world.history('dev')).toContain(ranAs(4));
    await expectAgreement(world);
  });
});
