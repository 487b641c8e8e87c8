import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gateCommand } from '../../src/cli/gate-command.ts';
import { UsageError } from '../../src/cli/terminal.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { step, teamOf, type Team } from '../flows/team.ts';
import { withClient } from '../support/postgres.ts';
import { hearTerminal } from '../support/terminal.ts';
import { startWorld, type World } from '../support/world.ts';
import { place, start } from './tidegate.ts';

const repositoryFile = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
`;
const stricter = repositoryFile.replace('required: 1', 'required: 2');

let world: World;
let team: Team;
let folder: string;
let landed: number;
let open: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidegate-gate-'));
  await writeFile(join(folder, 'stricter.yml'), stricter);
  await writeFile(join(folder, 'elsewhere.yml'), stricter.replace('branch: main', 'branch: other'));
  await writeFile(join(folder, 'broken.yml'), stricter.replace('approvals', 'aprovals'));
  world = await startWorld({ repositoryFile, environments: ['prod'], branches: [] });
  team = teamOf(world);
  landed = await team.land({ branch: 'one', files: step(1) });
  open = await team.open({ branch: 'two', files: step(2), by: 'dora' });
  await world.settled();
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

async function gate(...args: readonly string[]) {
  const { terminal, out, err } = hearTerminal(world.variables, folder);
  const status = await gateCommand(['--repository', 'acme/shop', ...args], terminal);
  return { status, out: out(), err: err() };
}

/** What the control database and GitHub hold, apart from what the App reads of itself. */
async function written(): Promise<unknown> {
  const rows = await withClient(world.control.url, (client) =>
    client.query(
      `SELECT (SELECT count(*) FROM tidegate.audit) AS audit, (SELECT count(*) FROM tidegate.plan) AS plan`,
    ),
  );
  const writes = [...world.github.requestLog].filter(
    ([route]) => /^(POST|PUT|PATCH|DELETE) /.test(route) && !/access_tokens|graphql/.test(route),
  );
  return { rows: rows.rows, writes };
}

describe('tidegate gate --pull', () => {
  it('shows the tree, and who could bring what is missing: the team without who wrote it', async () => {
    const { status, out } = await gate('--pull', String(open));
    expect(status).toBe(1);
    expect(out).toBe(
      [
        `acme/shop#${open} into prod (main), by the repository's rules:`,
        '',
        '⏳ waiting: `prod` needs 1 approval from a member of `acme/dba` who did not write this; none counts.',
        '',
        'What it would take:',
        '- 1 approval from a member of `acme/dba`; none counts',
        '  by name: dan',
        '',
      ].join('\n'),
    );
  });

  it('says what would be if somebody approved', async () => {
    const { status, out } = await gate('--pull', String(open), '--if-approved', 'dan');
    expect(status).toBe(0);
    expect(out).toContain('if dan approved it now:\n\n✅ allowed: `prod` needs 1 approval');
    const own = await gate('--pull', String(open), '--if-approved', '@dora, wim');
    expect(own.status).toBe(1);
    expect(own.out).toContain('`dora` approved, but opened this pull request: somebody who did not has to.');
    expect(own.out).toContain('`wim` approved, but only approvals from a member of `acme/dba` count.');
  });

  it('decides by another file, with an approval that is there', async () => {
    const { status, out } = await gate('--pull', String(landed), '--policy', 'stricter.yml');
    expect(status).toBe(1);
    expect(out).toContain('by stricter.yml:\n\n⏳ waiting: `prod` needs 2 approvals');
    expect(out).toContain('✅ allowed: `dan` approved this plan.');
    expect(out).toContain('by name: dora\n');
    expect(await gate('--pull', String(landed))).toMatchObject({ status: 0 });
  });

  it('gives the same as JSON', async () => {
    const { out } = await gate('--pull', String(open), '--format', 'json', '--if-approved', 'wim');
    expect(JSON.parse(out)).toMatchObject({
      repository: 'acme/shop',
      pullRequest: open,
      environment: 'prod',
      policy: null,
      ifApproved: ['wim'],
      decision: {
        status: 'waiting',
        code: 'too-few-approvals',
        children: [{ code: 'approval-without-right' }],
      },
      takes: [{ names: ['dan'], oneOf: [] }],
    });
  });

  it('writes nothing, on GitHub or in the control database', async () => {
    const before = await written();
    await gate('--pull', String(open), '--if-approved', 'dan');
    await gate('--last', '10');
    expect(await written()).toEqual(before);
  });

  it('is wrong use where there is nothing to ask about', async () => {
    await expect(gate('--pull', '999')).rejects.toThrow('There is no pull request #999 that the App sees.');
    await expect(gate('--pull', String(open), '--policy', 'elsewhere.yml')).rejects.toThrow(
      `#${open} merges into main, which is no environment's branch. The environments are prod (other).`,
    );
    await expect(gate('--pull', '1', '--policy', 'broken.yml')).rejects.toThrow(ConfigError);
    await expect(gate('--pull', '1', '--policy', 'none.yml')).rejects.toThrow(/which cannot be read/);
    await expect(gate('--pull', '1', '--last', '2')).rejects.toThrow('Either --pull N or --last N');
    await expect(gate('--last', '2', '--if-approved', 'dan')).rejects.toThrow(UsageError);
    await expect(gate('--pull', '1', '--if-approved', 'a b')).rejects.toThrow(UsageError);
    await expect(
      gateCommand(
        ['--repository', 'acme/none', '--pull', '1'],
        hearTerminal(world.variables, folder).terminal,
      ),
    ).rejects.toThrow('The App is not installed on acme/none, or there is no such repository.');
  });
});

describe('tidegate gate --last', () => {
  it('says what the present rules decide on what was merged, beside what was decided then', async () => {
    const { status, out } = await gate('--last', '50');
    expect(status).toBe(0);
    expect(out.split('\n').slice(2, 4).join('\n')).toMatch(
      new RegExp(
        `^pull +environment +then +now +why\n#${landed} +prod +allowed +allowed +\`prod\` needs 1 approval`,
      ),
    );
    expect(out).toContain('0 of 1 would be decided otherwise than they were.');
  });

  it('says what another file would have decided', async () => {
    const { status, out } = await gate('--last', '50', '--policy', 'stricter.yml', '--format', 'json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      policy: 'stricter.yml',
      pullRequests: [{ number: landed, then: { status: 'allowed' }, now: { status: 'waiting' } }],
    });
  });
});

it('is a command that ends, with the decision as its status', async () => {
  const at = await place();
  const args = ['gate', '--repository', 'acme/shop', '--pull', String(open)];
  const { status, out, err } = await start({ at, args, variables: world.variables }).result;
  expect(err).toBe('');
  expect(out).toContain('What it would take:');
  expect(status).toBe(1);
});
