import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statusCommand } from '../../src/cli/status-command.ts';
import { UsageError } from '../../src/cli/terminal.ts';
import { ranAs, step, teamOf, type Team } from '../flows/team.ts';
import { startWorld, type World } from '../support/world.ts';
import { runCommand } from './run-command.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod: { branch: main, approvals: { required: 1, from: ['@acme/dba'] } }
`;

describe('tidegate status', () => {
  let world: World;
  let team: Team;
  beforeAll(async () => {
    world = await startWorld({
      repositoryFile,
      environments: ['dev', 'prod'],
      branches: ['dev'],
      migrations: { '0001_step.sql': step(1)['migrations/0001_step.sql'] ?? '' },
      applied: true,
    });
    team = teamOf(world);
    await world.settled();
  });
  afterAll(() => world.close());

  const status = (...args: readonly string[]) => runCommand(world, statusCommand, ...args);

  it('says that all is applied everywhere, and ends with 0', async () => {
    const { status: code, out } = await status();
    expect(out).toMatch(/^dev +dev +1 +0001_step +0 +up to date$/m);
    expect(out).toContain('1 migration, applied everywhere.');
    expect(code).toBe(0);
  });

  it('says of what is not where it ran, when, by whom and by which pull request', async () => {
    const number = await team.land({ branch: 'two', base: 'dev', files: step(2) });
    const { out } = await status();
    expect(out).toMatch(
      new RegExp(`^${ranAs(2)} +applied \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d by wim \\(#${number}\\) +–$`, 'm'),
    );
    expect(await team.told(number, 'rita', '/status')).toMatch(
      new RegExp(`\\| \`0002_step\` \\| ✅ applied .* by wim \\(#${number}\\) \\| – \\|`),
    );
  });

  it('says which environment has drifted, since when and in which issue, and ends with 1', async () => {
    await world.query('dev', 'CREATE TABLE by_hand (id int)');
    const number = await team.open({ branch: 'aside', base: 'dev', files: { 'README.md': 'aside' } });
    await team.told(number, 'wim', '/drift dev');
    await world.settled();
    const { status: code, out } = await status();
    expect(out).toMatch(/^dev .* drifted in 1 object since \d{4}-\d\d-\d\d \d\d:\d\d \(#\d+\)$/m);
    expect(code).toBe(1);
    expect(await team.told(number, 'rita', '/status')).toMatch(
      /\| ⚠️ drifted in 1 object since .* \(#\d+\) \|/,
    );
    const json = JSON.parse((await status('--format', 'json')).out) as {
      environments: { environment: string; drift: { objects: unknown } | null }[];
    };
    expect(json.environments.map(({ environment, drift }) => [environment, drift?.objects ?? null])).toEqual([
      ['dev', [{ kind: 'table', name: 'public.by_hand', change: 'added' }]],
      ['prod', null],
    ]);
    await world.query('dev', 'DROP TABLE by_hand');
    await team.told(number, 'wim', '/drift dev');
    expect((await status()).out).not.toContain('drifted');
  });

  it('says which environment is on hold, and ends with 1', async () => {
    const number = await team.open({ branch: 'three', files: step(3) });
    await world.settled();
    await team.merge(number, { by: 'ada' });
    await world.settled();
    const { status: code, out } = await status('--format', 'json');
    expect(code).toBe(1);
    const { environments, migrations } = JSON.parse(out) as {
      environments: { environment: string; hold: { reason: string } | null }[];
      migrations: { migration: string; places: Record<string, { state: string }> }[];
    };
    expect(environments.map(({ environment, hold }) => [environment, hold?.reason ?? null])).toEqual([
      ['dev', null],
      ['prod', 'not-approved'],
    ]);
    expect(migrations.at(-1)).toMatchObject({ migration: ranAs(3), places: { prod: { state: 'held' } } });
    expect((await status()).out).toMatch(/^prod +main .*on hold since \d.*: /m);
  });

  it('refuses what it does not know', async () => {
    await expect(status('--formt', 'json')).rejects.toThrow(UsageError);
    await expect(status('--format', 'yaml')).rejects.toThrow('--format text or --format json was expected.');
  });
});
