import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type World } from '../support/world.ts';
import { startScene } from './scene.ts';
import { ranAs, step, type Files, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev:
    branch: dev
    approvals: { required: 1, from: ['@acme/dba'] }
  prod:
    branch: main
    approvals: { required: 1, from: [code-owners] }
`;
const owners = (migrations: string): string => `.github/ @ada @dora\nmigrations/ ${migrations}\n`;
const path = '.github/CODEOWNERS';

describe('a change of who owns the migrations, where another environment asks a team', () => {
  let world: World;
  let team: Team;

  beforeAll(async () => {
    ({ world, team } = await startScene({
      repositoryFile,
      environments: ['dev', 'prod'],
      files: { [path]: owners('@wanda') },
    }));
  });
  afterAll(() => world.close());

  const opened = async (branch: string, files: Files, base = 'main'): Promise<number> => {
    const number = await team.open({ branch, files, base, by: 'ada' });
    await world.settled();
    return number;
  };
  /** How the gate stands after each of these has approved in turn. */
  const gateAfter = async (number: number, logins: readonly string[], environment = 'prod') => {
    const found: (string | null)[] = [];
    for (const login of logins) {
      await team.approve(number, login);
      await world.settled();
      found.push(await team.check(number, 'gate', environment));
    }
    return found;
  };
  const closed = async (number: number): Promise<void> => {
    await world.as('ada').rest.pulls.update({ ...SHOP, pull_number: number, state: 'closed' });
    await world.settled();
  };
  const [waits, opens] = ['action_required', 'success'];

  it('asks the one or the other where the owners stay as they are', async () => {
    const prod = await opened('usual', step(2));
    expect(await gateAfter(prod, ['wim', 'dan', 'wanda'])).toEqual([waits, waits, opens]);
    await closed(prod);
    const dev = await opened('usual-dev', step(2), 'dev');
    expect(await gateAfter(dev, ['wanda', 'dan'], 'dev')).toEqual([waits, opens]);
    await closed(dev);
  });

  it('asks both, by the old file, where wim is made an owner', async () => {
    const files = { ...step(2), [path]: owners('@wanda @wim') };
    // Neither whom the new file names nor one of those asked will do.
    const first = await opened('wim-owns', files);
    expect(await gateAfter(first, ['wim', 'dan'])).toEqual([waits, waits]);
    const said = await team.said(first, 'gate');
    expect(said).toMatch(/wanda/);
    expect(said).toMatch(/`wim` approved, but only approvals from/);
    // dora owns the rules, and would answer for the team as well.
    expect(await gateAfter(first, ['dora', 'wanda'])).toEqual([waits, opens]);
    await closed(first);
    const second = await opened('wim-owns-too', files);
    expect(await gateAfter(second, ['wanda', 'wim', 'dora'])).toEqual([waits, waits, opens]);
    await closed(second);
  });

  it('asks as much where somebody merges it past the gate, and then goes by the new file', async () => {
    const number = await opened('past-the-gate', { ...step(2), [path]: owners('@wim') });
    await team.approve(number, 'wim');
    await world.settled();
    await team.merge(number, { by: 'ada' });
    await world.settled();
    expect(await team.holds()).toEqual(['dev: rules', 'prod: rules']);
    await team.approve(number, 'dora');
    await world.settled();
    expect(await team.holds()).toEqual(['dev: rules', 'prod: rules']);
    expect(await world.history('prod')).toEqual([ranAs(1)]);
    await team.approve(number, 'wanda');
    await world.settled();
    expect(await team.holds()).toEqual([]);
    expect(await world.history('prod')).toContain(ranAs(2));
    const next = await opened('by-the-new-file', step(3));
    expect(await gateAfter(next, ['wanda', 'wim'])).toEqual([waits, opens]);
    expect(world.violations()).toEqual([]);
  });
});
