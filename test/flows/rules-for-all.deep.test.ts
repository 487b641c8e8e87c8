import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, rulesPath, step, type Team } from './team.ts';

const dba = "approvals: { required: 1, from: ['@acme/dba'] }";
const rules = (dev: string, prod: string): string => `version: 1
environments:
  dev: { branch: main, ${dev} }
  prod: { branch: production, ${prod} }
`;
const environments = ['dev', 'prod'];
const branches = ['production'];

describe('the glass of the environment on the default branch', () => {
  const open = 'protected: false, break_glass: { from: [wim] }';
  let world: World;
  let team: Team;

  beforeAll(async () => {
    const repositoryFile = rules(open, dba);
    ({ world, team } = await startScene({ repositoryFile, environments, branches }));
  });
  afterAll(() => world.close());

  it('is no way to other rules for a protected one that names nobody', async () => {
    const file = rules(open, 'protected: false');
    const number = await team.open({ branch: 'loose', files: { [rulesPath]: file } });
    await world.settled();
    expect(await team.told(number, 'wim', '/apply --now "in a hurry"')).toMatch(
      /that is nobody, and not `wim`/,
    );
    expect(await team.check(number, 'gate', 'dev')).toBe('action_required');
    await team.merge(number);
    await world.settled();
    expect(await team.holds()).toContain('prod: rules');
    await team.push('production', step(7));
    await world.settled();
    expect(await world.history('prod')).toEqual([ranAs(1)]);
  });

  it('is a way to them for whom every protected one names', async () => {
    const glass = (...logins: readonly string[]) => `${dba}, break_glass: { from: [${logins.join(', ')}] }`;
    const both = rules(glass('wim', 'wanda'), glass('wanda', 'rita'));
    await team.rule(both);
    await world.settled();
    const number = await team.open({ branch: 'later', files: { [rulesPath]: `# Ours.\n${both}` } });
    await world.settled();
    expect(await team.told(number, 'wim', '/apply --now "soon"')).toMatch(/that is `wanda`, and not `wim`/);
    expect(await team.gateAfter(number, team.told(number, 'wanda', '/apply --now "now"'), 'dev')).toBe(
      'success',
    );
    await team.merge(number);
    await world.settled();
    // What was pushed meanwhile waits still, and that is all.
    expect(await team.holds()).toEqual(['prod: not-approved']);
  });
});

describe('duties that one protected environment sets apart', () => {
  const apart = `${dba}, separate: { approving_and_merging: true }`;
  let world: World;
  let team: Team;

  beforeAll(async () => {
    const repositoryFile = rules('protected: false', apart);
    ({ world, team } = await startScene({ repositoryFile, environments, branches }));
  });
  afterAll(() => world.close());

  it('are apart for a change of the rules as well', async () => {
    const number = await team.open({
      branch: 'together',
      files: { [rulesPath]: rules('protected: false', dba) },
    });
    await world.settled();
    await team.approve(number, 'dan');
    await world.settled();
    await team.merge(number, { by: 'dan' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: rules']);
  });
});
