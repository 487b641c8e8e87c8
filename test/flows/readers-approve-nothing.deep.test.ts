import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { oneOfDba, startScene } from './scene.ts';
import { step, type Team } from './team.ts';

describe.each([
  ['a code owner', 'code-owners'],
  ['whom the policy names', 'rita'],
  ['a member of a team that the policy names', "'@acme/lookers'"],
])('%s who may only read', (_who, from) => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({
      repositoryFile: oneOfDba.replace("'@acme/dba'", from),
      files: { '.github/CODEOWNERS': 'migrations/ @rita\n' },
    }));
    world.github.addMember('acme', 'rita');
    world.github.createTeam('acme', 'lookers', ['rita']);
  });
  afterAll(() => world.close());

  it('does not open the gate, which says why', async () => {
    const number = await team.open({ branch: 'a', files: step(2) });
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number, 'rita'))).toBe('action_required');
    expect(await team.said(number, 'gate')).toContain('`rita` approved, but may only read');
    await world.as('rita').rest.pulls.createReview({
      ...SHOP,
      pull_number: number,
      event: 'REQUEST_CHANGES',
      body: 'Wait.',
    });
    await world.settled();
    expect(await team.said(number, 'gate')).toContain('which stops nothing');
  });

  it('does once they may write', async () => {
    const number = await team.open({ branch: 'b', files: step(3) });
    world.github.setCollaborator(world.repository, 'rita', 'write');
    await world.settled();
    expect(await team.gateAfter(number, team.approve(number, 'rita'))).toBe('success');
  });
});
