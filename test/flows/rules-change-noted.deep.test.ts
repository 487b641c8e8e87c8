import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { step, type Team } from './team.ts';

const rules = (required: number, more = '') => `version: 1
environments:
  prod:
    branch: main
    approvals:
      required: ${required}
      from: [code-owners]
      when:
        - { rows_over: 1000, required: 2, from: ['@acme/dba'] }
        - { author_team: '@acme/dba', required: 2, from: ['@acme/dba'] }${more}
`;

describe('a change of rules that ask for owners, rows and the author’s teams', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    const files = { '.github/CODEOWNERS': 'migrations/ @acme/dba\n' };
    ({ world, team } = await startScene({ repositoryFile: rules(1), files }));
    await team.land({ branch: 'second', files: step(2) });
    expect(await world.history('prod')).toHaveLength(2);
  });
  afterAll(() => world.close());

  /** What is said on a pull request that would make the rules so. */
  const said = async (branch: string, file: string): Promise<string> => {
    const number = await team.open({ branch, files: { '.github/tidegate.yml': file } });
    await world.settled();
    return (await team.answers(number))[0] ?? '';
  };

  it('is compared with what was merged since those are noted', async () => {
    const comment = await said('stricter', rules(2));
    expect(comment).toContain('1 of 1 would have had to wait');
    expect(comment).not.toContain('cannot be said');
    expect(
      await said('labelled', rules(1, "\n        - { label: big, required: 2, from: ['@acme/dba'] }")),
    ).not.toContain('cannot be said');
  });

  it('is not known of what nobody looked up then', async () => {
    world.github.createTeam('acme', 'leads', ['dora']);
    const leads = "\n        - { author_team: '@acme/leads', required: 2, from: ['@acme/dba'] }";
    expect(await said('leads', rules(1, leads))).toContain('Of 1 of 1 it cannot be said');
  });
});
