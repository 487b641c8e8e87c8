import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { rulesPath, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: main, protected: false }
  prod: { branch: production, approvals: { required: 1, from: ['@acme/dba'] } }
`;

describe('rights that change while other rules wait', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    const environments = ['dev', 'prod'];
    ({ world, team } = await startScene({ repositoryFile, environments, branches: ['production'] }));
  });
  afterAll(async () => {
    expect(world.violations()).toEqual([]);
    await world.close();
  });

  const ofDba = async (login: string, change: 'added' | 'removed'): Promise<void> => {
    const dba = [...world.github.store.teams.values()].find(({ slug }) => slug === 'dba');
    if (dba === undefined) throw new Error('this world has no team dba');
    world.github.setTeamMember(dba, login, change);
    await world.settled();
  };
  const opened = async (branch: string): Promise<number> => {
    const number = await team.open({ branch, files: { [rulesPath]: `# ${branch}.\n${repositoryFile}` } });
    await world.settled();
    return number;
  };

  it('close the gate of a pull request that brings them to a branch where nothing else is protected', async () => {
    const number = await opened('leaves');
    expect(await team.gateAfter(number, team.approve(number), 'dev')).toBe('success');
    await ofDba('dan', 'removed');
    expect(await team.check(number, 'gate', 'dev')).toBe('action_required');
    await ofDba('dan', 'added');
    expect(await team.check(number, 'gate', 'dev')).toBe('success');
    await team.close(number);
  });

  it('end the hold over those that were merged past it, once who reviewed them is one of those asked', async () => {
    const number = await opened('joins');
    await team.approve(number, 'wanda');
    await world.settled();
    await team.merge(number, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['prod: rules']);
    await ofDba('wanda', 'added');
    expect(await team.holds()).toEqual([]);
  });
});
