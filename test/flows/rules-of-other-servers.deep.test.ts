import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { rulesPath, type Team } from './team.ts';

const rules = `version: 1
environments:
  dev: { branch: main, protected: false }
  prod: { branch: production, approvals: { required: 1, from: ['@acme/dba'] } }
`;

describe('rules that protect only what is of another server', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    const branches = ['production'];
    ({ world, team } = await startScene({ repositoryFile: rules, environments: ['dev'], branches }));
  });
  afterAll(() => world.close());

  it('tell somebody here when they were changed and nobody agreed', async () => {
    await team.push('main', { [rulesPath]: `# Ours.\n${rules}` }, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['dev: rules']);
    const told = await team.told(await team.alert(), 'dan', '/confirm');
    expect(told).toMatch(/The new rules are in force now/);
    expect(await team.holds()).toEqual([]);
    expect(await team.alerts()).toEqual([]);
  });
});
