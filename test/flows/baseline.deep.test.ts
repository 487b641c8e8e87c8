import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../src/database/embedded/temporary-folder.ts';
import { startWorld, type World } from '../support/world.ts';
import { expectAgreement } from './agreement.ts';
import { ranAs, step, teamOf, textOf, type Team } from './team.ts';

const repositoryFile = `version: 1
environments:
  dev: { branch: dev, protected: false, baseline: target }
  prod: { branch: main, baseline: db/baseline.sql }
`;

// A shadow's login may not make this extension: what comes after it cannot replay.
const migrations = {
  '0001_step.sql': `-- Up Migration\nCREATE EXTENSION pageinspect;\n${textOf('step_0001')}`,
  '0002_step.sql': `-- Up Migration\nCREATE VIEW step_0002 AS SELECT * FROM page_header(get_raw_page('pg_class', 0));\n-- Down Migration\nDROP VIEW step_0002;\n`,
};

const schema = 'CREATE TABLE step_0001 (id int PRIMARY KEY);\nCREATE VIEW step_0002 AS SELECT 1 AS flags;\n';

// It answers as the one for version 18 does, with a schema that the test made.
const pgDump = `#!/bin/sh
if [ "$1" = --version ]; then echo 'pg_dump (PostgreSQL) 18.4'; exit 0; fi
while read -r line; do printf '%s\\n' "$line"; done <"\${0%/*}/schema.sql"
`;

const like = (number: number, model: number): string =>
  `-- Up Migration\nCREATE TABLE step_000${number} (LIKE step_000${model});\n-- Down Migration\nDROP TABLE step_000${number};\n`;

describe('an environment with a baseline', () => {
  let world: World;
  let team: Team;
  let programs: string;

  beforeAll(async () => {
    const folder = await temporaryFolder('tidegate-programs-');
    programs = join(folder, 'bin');
    await mkdir(programs);
    await writeFile(join(programs, 'schema.sql'), schema);
    await writeFile(join(programs, 'pg_dump'), pgDump);
    await chmod(join(programs, 'pg_dump'), 0o755);
    world = await startWorld({
      repositoryFile,
      environments: ['dev', 'prod'],
      branches: ['dev'],
      migrations,
      applied: true,
      files: { 'db/baseline.sql': `-- tidegate:baseline through 0002_step\n${schema}` },
      variables: { PATH: programs },
    });
    team = teamOf(world);
    await world.settled();
  });
  afterAll(async () => {
    await world.close();
    await rm(join(programs, '..'), { recursive: true, force: true });
  });

  it('plans, applies and goes on from the file of the default branch', async () => {
    const first = await team.open({ branch: 'third', files: step(3) });
    await world.settled();
    expect(await team.said(first, 'plan')).toContain(
      'The shadow starts from db/baseline.sql, which stands for the first 2 migrations.',
    );
    expect(await team.check(first, 'plan')).toBe('success');
    await team.approve(first);
    await world.settled();
    await team.merge(first);
    await world.settled();
    const second = await team.open({
      branch: 'fourth',
      files: { 'migrations/0004_step.sql': like(4, 3) },
    });
    await world.settled();
    expect(await team.said(second, 'plan')).toContain('stands for the first 2 migrations.');
    expect(await world.history('prod')).toEqual([1, 2, 3].map(ranAs));
    await team.comment(first, 'wim', '/rollback --dry-run');
    await world.settled();
    expect((await team.answers(first)).at(-1)).toContain('DROP TABLE step_0003');
    // The file has another view than the history made there: that is told, and holds nothing.
    await team.comment(first, 'wim', '/drift prod');
    await world.settled();
    const answer = (await team.answers(first)).at(-1);
    expect(answer).toContain('What is expected begins with the schema in db/baseline.sql');
    expect(answer).toContain('takes migrations meanwhile');
    await expectAgreement(world);
  });

  it('asks for the approval of the rules where the file is changed, and plans others anew', async () => {
    const change = await team.open({
      branch: 'baseline',
      files: { 'db/baseline.sql': `-- tidegate:baseline through 0002_step\nCREATE TABLE step_0001 ();\n` },
    });
    await world.settled();
    expect(await team.check(change, 'gate')).toBe('action_required');
    expect(await team.said(change, 'plan')).toContain('It changes db/baseline.sql: until it is merged');
    await team.approve(change);
    await world.settled();
    expect(await team.check(change, 'gate')).toBe('success');
    const other = await team.open({
      branch: 'needs',
      files: { 'migrations/0005_step.sql': like(5, 1) },
    });
    await world.settled();
    const made = await team.said(other, 'plan');
    await team.merge(change);
    await world.settled();
    expect(await team.said(other, 'plan')).not.toBe(made);
  });

  it('plans from the schema of its target where it says so, and applies', async () => {
    const number = await team.open({ branch: 'dev-third', base: 'dev', files: step(3) });
    await world.settled();
    expect(await team.said(number, 'plan', 'dev')).toMatch(
      /The shadow starts from the target.s own schema, read at .* UTC, which stands for the 2 migrations of its history\./,
    );
    await team.merge(number);
    await world.settled();
    expect(await world.history('dev')).toEqual([1, 2, 3].map(ranAs));
    await expectAgreement(world);
  });
});
