import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, rulesPath, step, type Team } from './team.ts';

const rules = `version: 1
environments:
  dev: { branch: dev, approvals: { required: 1, from: ['@acme/security'] } }
  prod: { branch: main, approvals: { required: 1, from: [dan] } }
`;

describe('a push of rules and a migration at once', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({ repositoryFile: rules, environments: ['dev', 'prod'] }));
    world.github.createTeam('acme', 'security', ['wanda']);
  });
  afterAll(() => world.close());

  it('is confirmed by all whom it asks, also by whom another environment names', async () => {
    await team.push('main', { [rulesPath]: `# Ours.\n${rules}`, ...step(2) }, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['dev: rules', 'prod: rules']);
    const alert = await team.alert();
    for (const login of ['wanda', 'dan']) await team.told(alert, login, '/confirm');
    expect(await team.holds()).toEqual(['prod: not-approved']);
    const next = await team.alert();
    expect(await team.told(next, 'wim', '/confirm')).toMatch(/`wim` may not use `\/confirm`/);
    expect(await team.told(next, 'dan', '/confirm')).toMatch(/It waits still: .*security/);
    expect(await team.told(next, 'wanda', '/confirm')).toMatch(/It is decided again, and runs now/);
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(2));
  });

  it('lets none of those confirm what only changes the schema', async () => {
    await team.push('main', step(3), { by: 'ada' });
    await world.settled();
    await team.told(await team.alert(), 'wanda', '/confirm');
    expect(await team.holds()).toEqual(['prod: not-approved']);
    expect(await world.history('prod')).not.toContain(ranAs(3));
  });
});
