import { basename } from 'node:path';
import { startWorld, type World, type WorldOptions } from '../support/world.ts';
import { step, teamOf, type Team } from './team.ts';

/** `prod` takes what one of @acme/dba approved. */
export const oneOfDba = `version: 1
environments:
  prod:
    branch: main
    approvals: { required: 1, from: ['@acme/dba'] }
`;

/** The same, where what was changed in the database by hand stops nothing. */
export const warnedOfDrift = `${oneOfDba}    drift: { policy: warn }\n`;

/** As a world's; what is left out is the usual. */
type SceneOptions = Partial<WorldOptions> & {
  /** So many steps have been applied everywhere beforehand: one. */
  readonly steps?: number;
};

/**
 * A world at rest and its team. Usually it has `prod` alone, by the rules of `oneOfDba`, with `step(1)` applied; other
 * environments have a branch of their name.
 */
export async function startScene({ steps = 1, ...options }: SceneOptions = {}): Promise<{
  readonly world: World;
  readonly team: Team;
}> {
  const { environments = ['prod'] } = options;
  const world = await startWorld({
    repositoryFile: oneOfDba,
    branches: environments.filter((name) => name !== 'prod'),
    migrations: stepsTo(steps),
    applied: true,
    ...options,
    environments,
  });
  await world.settled();
  return { world, team: teamOf(world) };
}

/** Texts by file name. */
function stepsTo(last: number): Readonly<Record<string, string>> {
  const files = Array.from({ length: last }, (_, index) => Object.entries(step(index + 1))).flat();
  return Object.fromEntries(files.map(([path, text]) => [basename(path), text]));
}
