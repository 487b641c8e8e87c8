import type { GoneRun, RecordedMigration } from '../../domain/history.ts';
import type { MigrationSettings } from '../../domain/migration.ts';
import type { EnvironmentPolicy } from '../../domain/policy.ts';
import type { Problem } from '../../domain/problem.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import type { Tools } from '../tools.ts';
import type { PlanMemory } from './plan-memory.ts';

/** What a target has, or why it could not be asked. */
export interface Actual {
  /** Null where the target could not be asked. */
  readonly recorded: readonly RecordedMigration[] | null;
  readonly versionNumber: number | null;
  /** What ran once, and is in the history no more. */
  readonly gone: readonly GoneRun[];
  /** The roles that migrations may name. */
  readonly roles: readonly string[];
  readonly problems: readonly Problem[];
}

/** Reads an environment's history; a database that is missing or away is a problem of the plan, not an error. */
export async function readActual(
  key: EnvironmentKey,
  policy: EnvironmentPolicy,
  settings: MigrationSettings,
  { targets, memory }: Pick<Tools, 'targets'> & { readonly memory: Pick<PlanMemory, 'recorded'> },
): Promise<Actual> {
  if (!targets.has(key)) return unread(noDatabase(policy));
  try {
    const state = await targets.read(key, settings);
    return {
      recorded: memory.recorded(state),
      versionNumber: state.versionNumber,
      gone: state.gone,
      roles: state.roles,
      problems: [],
    };
  } catch (error) {
    if (error instanceof TargetUnavailable) {
      return unread({ code: 'target-unavailable', message: error.message });
    }
    throw error;
  }
}

function unread(problem: Problem): Actual {
  return { recorded: null, versionNumber: null, gone: [], roles: [], problems: [problem] };
}

function noDatabase({ name }: EnvironmentPolicy): Problem {
  return {
    code: 'no-database',
    message:
      `The environment ${name} was expected to have a database, but the server's configuration names none for ` +
      `it. Whoever runs Tidegate adds an entry with \`environment: ${name}\` under \`databases\` in tidegate.yml, ` +
      'for the repository as it is called now (one that was transferred has to be named anew); ' +
      `or take ${name} out of .github/tidegate.yml.`,
  };
}
