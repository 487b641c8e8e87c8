import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
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

  it('keep who wrote it from confirming that, also where it was named somewhere else', async () => {
    await team.land({ branch: 'fourth', files: step(4) });
    const elsewhere = await team.open({ branch: 'elsewhere', files: { 'NOTES.md': 'x\n' }, by: 'dora' });
    await world.settled();
    await team.told(elsewhere, 'dan', '/rollback --last 1 prod --accept-data-loss');
    expect(await team.told(elsewhere, 'wim', '/confirm')).toMatch(/`wim` wrote in what it is about/);
    expect(await world.history('prod')).toContain(ranAs(4));
    await team.told(elsewhere, 'wanda', '/confirm');
    expect(await world.history('prod')).not.toContain(ranAs(4));
    await team.push('main', { [fileOf(4)]: null });
    await world.settled();
    expect(await team.holds()).toEqual([]);
    await team.close(elsewhere);
  });

  it('keep who pushed another’s commits from confirming what becomes of them', async () => {
    const pushed = { login: 'wanda', name: 'wim', email: 'wim@acme.example' };
    const message = 'The fifth step';
    await world.github.commitFiles(world.repository, {
      branch: 'fifth',
      files: step(5),
      message,
      author: pushed,
    });
    const { data } = await world
      .as('wim')
      .rest.pulls.create({ ...SHOP, head: 'fifth', base: 'main', title: 'Fifth' });
    await world.settled();
    await team.approve(data.number);
    await world.settled();
    await team.merge(data.number);
    await world.settled();
    expect(await world.history('prod')).toContain(ranAs(5));
    await team.told(data.number, 'dan', '/rollback --accept-data-loss');
    expect(await team.told(data.number, 'wanda', '/confirm')).toMatch(/`wanda` wrote in what it is about/);
    expect(await world.history('prod')).toContain(ranAs(5));
    await team.told(data.number, 'dora', '/confirm');
    await team.told(data.number, 'dan', '/release');
    expect(await team.told(data.number, 'wanda', '/confirm')).toMatch(/`wanda` wrote in what it is about/);
    await team.told(data.number, 'dora', '/confirm');
    expect(await world.history('prod')).toContain(ranAs(5));
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
