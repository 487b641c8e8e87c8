import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctorCommand } from '../../src/cli/doctor-command.ts';
import { fileOf, step, teamOf, type Team } from '../flows/team.ts';
import { SHOP, startWorld, type World } from '../support/world.ts';
import { runCommand } from './run-command.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod: { branch: main, approvals: { required: 1, from: ['@acme/dba'] } }
`;

const doctor = (world: World, ...more: readonly string[]) => runCommand(world, doctorCommand, ...more);

/** The ruleset that stands printed in what the command says. */
function printed(out: string): Record<string, unknown> {
  const json = out.slice(out.indexOf("<<'JSON'\n") + "<<'JSON'\n".length, out.indexOf('\nJSON'));
  return JSON.parse(json) as Record<string, unknown>;
}

describe('where the App may read the administration', () => {
  let world: World;
  let team: Team;
  beforeAll(async () => {
    world = await startWorld({ repositoryFile, environments: ['prod', 'dev'], branches: ['dev'] });
    team = teamOf(world);
    await world.settled();
  });
  afterAll(() => world.close());

  it('says what is missing, with a ruleset that mends it, on the protected branch alone', async () => {
    const { status, out } = await doctor(world);
    expect(status).toBe(1);
    expect(out).toContain(
      'missing: On `main`, `tidegate / plan (prod)` and `tidegate / gate (prod)`: not required.',
    );
    expect(out).toContain('missing: On `main`, force pushes and deletion: not blocked.');
    expect(out).not.toContain('dev (');
    expect(printed(out)).toMatchObject({ name: 'Tidegate (prod)', bypass_actors: [] });
  });

  it('is told on pull requests into it, folded to a line, and on no others', async () => {
    const number = await team.open({ branch: 'one', files: step(1) });
    const other = await team.open({ branch: 'two', files: step(1), base: 'dev' });
    await world.settled();
    const [comment = ''] = await team.answers(number);
    expect(comment).toContain(
      '<details><summary>⚠️ This branch is not guarded on GitHub as it should be: 2 things</summary>',
    );
    expect(comment).toContain('On `main`, force pushes and deletion: not blocked.');
    expect((await team.answers(other)).join('')).not.toContain('guarded');
  });

  it('does not make it where it may not, and says by which right it could', async () => {
    const { status, out } = await doctor(world, '--fix');
    expect(status).toBe(1);
    expect(out).toContain('The ruleset could not be made: the App needs administration: write for that.');
    expect(await rulesets(world)).toEqual([]);
  });

  it('does not take as fine what it may not see: who passes the ruleset by that was made by hand', async () => {
    const { out: before } = await doctor(world);
    await world.as('ada').request('POST /repos/acme/shop/rulesets', printed(before));
    const { status, out } = await doctor(world);
    expect(status).toBe(1);
    expect(out).not.toContain('missing:');
    expect(out).toContain(
      'asked for by the ruleset `Tidegate (prod)`, and who may pass that by could not be looked at',
    );
  });

  it('is fine by classic protection that holds for administrators too', async () => {
    const checks = ['plan', 'gate'].map((kind) => ({
      context: `tidegate / ${kind} (prod)`,
      app_id: world.appId,
    }));
    await world.as('ada').rest.repos.updateBranchProtection({
      ...SHOP,
      branch: 'main',
      required_status_checks: { strict: false, contexts: [], checks },
      enforce_admins: true,
      required_pull_request_reviews: { dismiss_stale_reviews: true },
      restrictions: null,
    });
    const { status, out } = await doctor(world);
    expect(status).toBe(0);
    expect(out).toContain('prod (main): Both checks are required from this App, nobody passes them by');
    expect(out).toContain('advice: GitHub dismisses approvals at every push, by the branch protection');
    expect(world.violations()).toEqual([]);
  });

  it('costs a plan no question while it is known', async () => {
    const asked = () => world.github.requestLog.get('GET /repos/:owner/:repo/rules/branches/:branch') ?? 0;
    const before = asked();
    await team.push('one', { [fileOf(1)]: null, ...step(2) });
    await world.settled();
    expect(asked()).toBe(before);
  });
});

describe('where the App may write the administration', () => {
  let world: World;
  beforeAll(async () => {
    const permissions = { administration: 'write' } as const;
    world = await startWorld({ repositoryFile, environments: ['prod'], branches: ['dev'], permissions });
    await world.settled();
  });
  afterAll(() => world.close());

  it('makes the ruleset, which then holds: nothing lands without both checks, whoever merges', async () => {
    const { status, out } = await doctor(world, '--fix');
    expect(out).toContain('The ruleset Tidegate (prod) was made.');
    expect(status).toBe(0);
    expect(await doctor(world)).toMatchObject({ status: 0 });
    const team = teamOf(world);
    const number = await team.open({ branch: 'one', files: step(1) });
    await world.settled();
    await expect(team.merge(number, { by: 'ada' })).rejects.toThrow(/gate \(prod\)/);
    const [comment = ''] = await team.answers(number);
    // It is seen within the hour: by now the comment still says what was found at the start.
    expect(comment).toContain('not guarded on GitHub');
    await world.restart();
    await team.approve(number);
    await world.settled();
    expect((await team.answers(number))[0]).not.toContain('not guarded on GitHub');
    await team.merge(number);
  });

  it('mends it where somebody weakened it, by its name', async () => {
    const [ruleset] = await rulesets(world);
    await world.as('ada').request('PUT /repos/acme/shop/rulesets/{id}', {
      id: ruleset?.id ?? 0,
      bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
      conditions: { ref_name: { include: ['refs/heads/dev', 'refs/heads/main'], exclude: [] } },
    });
    const { out: weak, status } = await doctor(world);
    expect(status).toBe(1);
    expect(weak).toContain('which administrators may pass by');
    const { out, status: after } = await doctor(world, '--fix');
    expect(out).toContain(
      'The ruleset Tidegate (prod) was changed. Taken off its bypass list: administrators.',
    );
    expect(after).toBe(0);
    // The branch that somebody added is guarded as before.
    const { data: onDev } = await world.as('ada').rest.repos.getBranchRules({ ...SHOP, branch: 'dev' });
    expect(onDev.map(({ type }) => type)).toContain('deletion');
    expect(await rulesets(world)).toHaveLength(1);
    expect(world.violations()).toEqual([]);
  });
});

async function rulesets(world: World): Promise<readonly { id: number }[]> {
  return (await world.as('ada').rest.repos.getRepoRulesets(SHOP)).data;
}

describe('where the default branch is not protected as an environment', () => {
  it.each([
    ['is none', 'prod: { branch: dev }', 'main'],
    ['is an open one', 'open: { branch: main, protected: false }\n  prod: { branch: dev }', 'open'],
  ])('looks at it all the same, since the rules are read there: it %s', async (_what, lines, name) => {
    const rules = `version: 1\nenvironments:\n  ${lines}\n`;
    const world = await startWorld({ repositoryFile: rules, environments: ['prod'], branches: ['dev'] });
    try {
      await world.settled();
      const { status, out } = await doctor(world);
      expect(status).toBe(1);
      expect(out).toContain('missing: On `dev`, `tidegate / plan (prod)` and `tidegate / gate (prod)`');
      expect(out).toContain(
        `missing: On \`main\`, \`tidegate / plan (${name})\` and \`tidegate / gate (${name})\``,
      );
    } finally {
      await world.close();
    }
  });
});
