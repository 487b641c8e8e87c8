import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditCommand } from '../../src/cli/audit-command.ts';
import { UsageError } from '../../src/cli/terminal.ts';
import { controlRows } from '../support/control-rows.ts';
import { ranAs, step, teamOf } from '../flows/team.ts';
import { startWorld, type World } from '../support/world.ts';
import { runCommand } from './run-command.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false }
  prod: { branch: main, approvals: { required: 1, from: ['@acme/dba'] } }
`;

describe('tidegate audit', () => {
  let world: World;
  let number = 0;
  beforeAll(async () => {
    world = await startWorld({
      repositoryFile,
      environments: ['dev', 'prod'],
      branches: ['dev'],
      migrations: { '0001_step.sql': step(1)['migrations/0001_step.sql'] ?? '' },
      applied: true,
    });
    const team = teamOf(world);
    await team.land({ branch: 'two', base: 'dev', files: step(2) });
    number = await team.open({ branch: 'three', files: step(3) });
    await world.settled();
    await team.approve(number, 'dan');
    await world.settled();
    await team.merge(number, { by: 'wanda' });
    await world.settled();
  });
  afterAll(() => world.close());

  async function audit(...args: readonly string[]): Promise<string> {
    // The App's credentials are not asked for.
    const variables = Object.fromEntries(
      Object.entries(world.variables).filter(([name]) => !/^(APP_ID|PRIVATE_KEY|WEBHOOK)/.test(name)),
    );
    const { status, out } = await runCommand({ variables }, auditCommand, ...args);
    expect(status).toBe(0);
    return out;
  }

  it('says who had what run where, and when', async () => {
    const out = await audit('--environment', 'prod', '--action', 'applied');
    const date = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    expect(out).toMatch(new RegExp(`^${date}  prod  #${number}  wanda  applied  ${ranAs(3)}; digest `));
    expect(out.trimEnd().split('\n')).toHaveLength(1);
  });

  it('says why it was allowed', async () => {
    const out = await audit('--pull', String(number), '--action', 'gate-decided');
    expect(out).toMatch(/; allowed; .* 1 counts\.; approved by dan$/m);
  });

  it('gives each row whole to machines, and all of them', async () => {
    const lines = (await audit('--format', 'json')).trimEnd().split('\n');
    const [count] = await controlRows<{ rows: string }>(
      world.control,
      'SELECT count(*) AS rows FROM tidegate.audit',
      [],
    );
    expect(lines).toHaveLength(Number(count?.rows));
    const rows = lines.map((line) => JSON.parse(line) as { action: string; detail: object });
    expect(rows.map(({ action }) => action)).toContain('adopted');
    expect(rows.findLast(({ action }) => action === 'gate-decided')?.detail).toHaveProperty('facts');
  });

  it('goes by people, migrations and times', async () => {
    expect(await audit('--actor', '@WANDA', '--migration', ranAs(3))).toMatch(
      /^\S+ {2}prod {2}#\d+ {2}wanda/,
    );
    expect(await audit('--actor', 'nobody')).toBe('');
    expect(await audit('--until', '2020-01-01')).toBe('');
    expect(await audit('--since', '2020-01-01T00:00:00Z')).toBe(await audit());
  });

  it('reads more than one page in order', async () => {
    await controlRows(
      world.control,
      `INSERT INTO tidegate.audit (repository_id, actor, action, detail)
       SELECT $1, 'many', 'planned', jsonb_build_object('at', n) FROM generate_series(1, 2500) n`,
      [world.repository.id],
    );
    const lines = (await audit('--actor', 'many', '--format', 'json')).trimEnd().split('\n');
    const numbers = lines.map((line) => (JSON.parse(line) as { detail: { at: number } }).detail.at);
    expect(numbers).toEqual(Array.from({ length: 2500 }, (_, at) => at + 1));
  });

  it('shows what could move the cursor', async () => {
    await controlRows(
      world.control,
      `INSERT INTO tidegate.audit (repository_id, actor, action, detail) VALUES ($1, 'hostile', 'planned', $2)`,
      [world.repository.id, JSON.stringify({ why: 'a\u001b[2Jb\u202ec\nd' })],
    );
    const out = await audit('--actor', 'hostile');
    expect(out).not.toMatch(/[\u001b\u202e]/);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
  });

  it('refuses what it does not know', async () => {
    await expect(audit('--since', 'yesterday')).rejects.toThrow('--since: a date was expected');
    await expect(audit('--pull', 'x')).rejects.toThrow('--pull: a whole number from 1 was expected');
    await expect(audit('--formt', 'json')).rejects.toThrow(UsageError);
    await expect(audit('--repository', 'acme/other')).rejects.toThrow('has seen no repository acme/other');
  });
});
