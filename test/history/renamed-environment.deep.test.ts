import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startScene } from '../flows/scene.ts';
import { ranAs, step, type Team } from '../flows/team.ts';
import type { World } from '../support/world.ts';

const named = (name: string): string => `version: 1
environments:
  ${name}:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
`;

describe('an environment that gets another name', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({
      repositoryFile: named('prod'),
      environments: ['prod', 'production'],
    }));
    await team.land({ branch: 'second', files: step(2) });
  });
  afterAll(() => world.close());

  it('goes on with its database, also where the server’s file has an entry for the old one still', async () => {
    world.pointTo('production', world.targets.get('prod')?.url ?? '');
    await team.rule(named('production'));
    await world.settled();
    expect(await team.holds()).toEqual([]);
    await team.land({ branch: 'third', files: step(3) });
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
  });
});
