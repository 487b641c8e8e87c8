import { describe, expect, inject, it } from 'vitest';
import { teamOf, step, textOf } from '../flows/team.ts';
import { startWorld } from '../support/world.ts';

const major = inject('major');

/** What the plan of a pull request says, by a service with these variables, on a target of this version. */
async function planOf(variables: Readonly<Record<string, string>>): Promise<string> {
  const world = await startWorld({
    repositoryFile: 'version: 1\nenvironments:\n  prod: { branch: main, protected: false }\n',
    environments: ['prod'],
    branches: [],
    migrations: { '0001_step.sql': textOf('step_0001') },
    applied: true,
    variables,
  });
  try {
    const team = teamOf(world);
    await world.settled();
    const number = await team.open({ branch: 'second', files: step(2) });
    await world.settled();
    expect(await team.check(number, 'plan')).toBe('success');
    return await team.said(number, 'plan');
  } finally {
    await world.close();
  }
}

describe(`the service, for a target of PostgreSQL ${major}`, () => {
  it('starts a shadow of that version where it is installed', async () => {
    expect(await planOf({ TIDEGATE_DATA: inject('versionsData') })).not.toContain('The target is PostgreSQL');
  });

  it('says first that it has none', async () => {
    expect(await planOf({})).toContain(
      `> The target is PostgreSQL ${major}, the shadow 18: what differs between them is not seen here.`,
    );
  });
});
