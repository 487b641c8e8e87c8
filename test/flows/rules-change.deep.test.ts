import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/world.ts';
import { step, teamOf, type Team } from './team.ts';

const path = '.github/tidegate.yml';
const rules = (approvals: string, prod = ''): string => `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod: { branch: main, approvals: ${approvals}${prod} }
`;
const present = rules("{ required: 1, from: ['@acme/dba'] }");

let world: World;
let team: Team;
let first: number;
let second: number;
let third: number;

beforeAll(async () => {
  world = await startWorld({ repositoryFile: present, environments: ['prod', 'dev'], branches: ['dev'] });
  team = teamOf(world);
  first = await team.land({ branch: 'one', files: step(1) });
  second = await team.open({ branch: 'two', files: step(2) });
  await world.settled();
  for (const login of ['dan', 'dora']) await team.approve(second, login);
  await world.settled();
  await team.merge(second);
  await world.settled();
  third = await team.open({ branch: 'three', files: step(1), base: 'dev' });
  await world.settled();
  await team.merge(third);
  await world.settled();
});
afterAll(() => world.close());

/** What is said on a pull request that would make the file so. */
async function said(branch: string, file: string): Promise<{ number: number; comment: string }> {
  const number = await team.open({ branch, files: { [path]: file } });
  await world.settled();
  return { number, comment: (await team.answers(number))[0] ?? '' };
}

describe('a pull request that changes the rules', () => {
  it('says what would change, and what would have had to wait', async () => {
    const { comment } = await said('stricter', rules("{ required: 2, from: ['@acme/dba'] }"));
    expect(comment).toContain('### What this changes in the rules');
    expect(comment).toContain(
      '| 🔒 stricter | `prod` | asks for 1 approval from a member of `acme/dba` | asks for 2 approvals from a member of `acme/dba` |',
    );
    expect(comment).toContain('The last 3 merged pull requests that something of was to run were looked at.');
    expect(comment).toContain(`1 of 3 would have had to wait: #${first}.`);
    expect(comment).toContain(`1 of 3 would have been asked for more approvals: #${second}.`);
    expect(comment).not.toContain('cannot be said');
  });

  it('says where migrations would be read and kept, and which would be left out', async () => {
    const settings = "migrations: { directory: other, table: history, ignore: '.*drop.*' }";
    const { comment } = await said('elsewhere', `${present}${settings}\n`);
    expect(comment).toContain(
      '| all of them | read migrations from `migrations` | read migrations from `other` |',
    );
    expect(comment).toContain('keep what has run in `public.history`');
    expect(comment).toMatch(/leave no file out \| leave out files like `\.\*drop\.\*`/);
  });

  it('says what would have needed fewer approvals', async () => {
    const { comment } = await said(
      'looser',
      present
        .replace('branch: main', 'branch: main, protected: false')
        .replace(/approvals: \{.*?\} \}/, 'promotes_from: dev }'),
    );
    expect(comment).toContain(
      '| 🔓 looser | `prod` | is protected | is not protected: nobody has to approve |',
    );
    expect(comment).toContain(`2 of 3 would have needed fewer approvals: #${second}, #${first}.`);
  });

  it('asks who is of a team that nobody was asked about then, once for each', async () => {
    const route = 'GET /orgs/:org/teams/:slug/memberships/:user';
    world.github.createTeam('acme', 'leads', ['dora']);
    const before = world.github.requestLog.get(route) ?? 0;
    const { comment } = await said('leads', rules("{ required: 1, from: ['@acme/leads'] }"));
    expect(comment).toContain(`1 of 3 would have had to wait: #${first}.`);
    // Of dan and dora, both teams.
    expect((world.github.requestLog.get(route) ?? 0) - before).toBe(4);
  });

  it('does not pretend to know who agreed where nobody was asked', async () => {
    const { comment } = await said('dev', present.replace('protected: false', 'approvals: { required: 1 }'));
    expect(comment).toContain(
      '| 🔒 stricter | `dev` | is not protected: nobody has to approve | is protected |',
    );
    expect(comment).toContain('Of 1 of 3 it cannot be said from what was noted');
  });

  it('says nothing of rules where none changes, and no more of them once it is merged', async () => {
    const { comment } = await said('words', `# Our rules.\n${present}`);
    expect(comment).not.toContain('What this changes in the rules');
    expect(world.violations()).toEqual([]);
  });
});
