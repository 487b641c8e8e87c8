import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, startWorld, type World } from '../support/world.ts';
import { step, teamOf, type Team } from './team.ts';

const path = '.github/tidegate.yml';
const rules = (prod = 'approvals: { required: 1, from: [dan] }'): string => `version: 1
environments:
  qa: { branch: qa, approvals: { required: 1, from: [wanda] } }
  prod: { branch: production, ${prod} }
`;
const looser = rules('protected: false');

describe('a default branch that is no environment', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    world = await startWorld({
      repositoryFile: rules(),
      environments: ['qa', 'prod'],
      branches: ['qa', 'production'],
    });
    team = teamOf(world);
    await world.settled();
  });
  afterAll(async () => {
    expect(world.violations()).toEqual([]);
    await world.close();
  });

  const both = async (number: number) => [
    await team.check(number, 'plan', 'main'),
    await team.check(number, 'gate', 'main'),
  ];

  it('has a change of the rules gated by what all protected environments ask for', async () => {
    const number = await team.open({ branch: 'looser', files: { [path]: looser } });
    await world.settled();
    expect(await both(number)).toEqual(['success', 'action_required']);
    const said = await team.said(number, 'gate', 'main');
    expect(said).toMatch(/dan/);
    expect(said).toMatch(/wanda/);
    expect((await team.answers(number))[0]).toContain('### What this changes in the rules');
    await team.approve(number, 'dan');
    await world.settled();
    expect(await both(number)).toEqual(['success', 'action_required']);
    await team.approve(number, 'wanda');
    await world.settled();
    expect(await both(number)).toEqual(['success', 'success']);
    // What the approvals were of is another thing after a push, and is none of the rules' after the next.
    await team.push('looser', { [path]: `${looser}# More.\n` });
    await world.settled();
    expect(await both(number)).toEqual(['success', 'action_required']);
    await team.push('looser', { [path]: rules(), 'NOTES.md': 'Notes.\n' });
    await world.settled();
    expect(await both(number)).toEqual(['success', 'success']);
    expect((await team.answers(number))[0]).not.toContain('It changes');
    await world.as('wim').rest.pulls.update({ ...SHOP, pull_number: number, state: 'closed' });
  });

  it('says no more than the checks where the rules stay as they are, also of migrations', async () => {
    const number = await team.open({ branch: 'words', files: { 'NOTES.md': 'More.\n', ...step(1) } });
    await world.settled();
    expect(await both(number)).toEqual(['success', 'success']);
    expect(await team.answers(number)).toEqual([]);
    const [history] = await world.query('prod', "SELECT to_regclass('public.pgmigrations') AS name");
    expect(history).toEqual({ name: null });
  });

  it('has rules that cannot be read refused, and one of them asked for anew by /plan', async () => {
    const number = await team.open({ branch: 'broken', files: { [path]: 'version: [' } });
    await world.settled();
    expect(await both(number)).toEqual(['failure', 'failure']);
    await team.comment(number, 'wim', '/plan');
    await world.settled();
    expect(await both(number)).toEqual(['failure', 'failure']);
    expect(await team.answers(number)).toHaveLength(1);
  });
});
