import type { BaselineChoice } from '../domain/baseline.ts';
import { defaultMigrationSettings, type MigrationSettings } from '../domain/migration.ts';
import { approversOf, type ApprovalPolicy, type EnvironmentPolicy, type Subject } from '../domain/policy.ts';
import { approvalsOf } from './approval-rules.ts';
import { ConfigError } from './config-error.ts';
import { driftOf } from './drift-shape.ts';
import { repositoryRules } from './repository-rules.ts';
import {
  repositorySchema,
  repositoryShape,
  type WrittenBaseline,
  type WrittenEnvironment,
  type WrittenRepositoryConfig,
} from './repository-shape.ts';
import { shapeProblems } from './shape-problems.ts';
import { readYaml } from './yaml-file.ts';

/** The repository's file, `.github/tidegate.yml`, with the defaults filled in and no floor of the server's yet. */
export interface RepositoryConfig {
  readonly version: 1;
  readonly migrations: MigrationSettings;
  /** Of every environment that names none of its own; null where they replay from nothing. */
  readonly baseline: BaselineChoice | null;
  /** Null where the file names none: they are then as without a file. */
  readonly environments: readonly EnvironmentPolicy[] | null;
}

/** Who approves where nothing else is said. */
export const anybodyWithWrite: readonly Subject[] = [{ kind: 'role', role: 'write' }];

/** Reads the repository's configuration. Throws ConfigError with every problem in it. */
export function parseRepositoryConfig(text: string, path: string): RepositoryConfig {
  const file = readYaml(text, path, true);
  const parsed = repositorySchema.safeParse(file.value);
  if (!parsed.success) throw new ConfigError(shapeProblems(file, parsed.error.issues, repositoryShape));
  const problems = repositoryRules(file, parsed.data);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    version: 1,
    migrations: migrationsOf(parsed.data),
    baseline: baselineOf(parsed.data.migrations?.baseline),
    environments: environmentsOf(parsed.data),
  };
}

function migrationsOf({ migrations }: WrittenRepositoryConfig): MigrationSettings {
  const defaults = defaultMigrationSettings;
  return {
    directory: migrations?.directory ?? defaults.directory,
    table: migrations?.table ?? defaults.table,
    schema: migrations?.schema ?? defaults.schema,
    decamelize: migrations?.decamelize ?? defaults.decamelize,
    ignore: migrations?.ignore ?? defaults.ignore,
  };
}

function baselineOf(written: WrittenBaseline | undefined): BaselineChoice | null {
  if (written === undefined) return null;
  if (written === 'target') return { kind: 'target' };
  if (typeof written === 'string') return { kind: 'file', path: written, through: null };
  return { kind: 'file', path: written.file, through: written.through ?? null };
}

function environmentsOf({
  environments,
  drift,
}: WrittenRepositoryConfig): readonly EnvironmentPolicy[] | null {
  if (environments === undefined) return null;
  return Object.entries(environments).map(([name, written]) => {
    const baseline = baselineOf(written.baseline);
    const about = driftOf(drift, written.drift);
    return {
      ...policyOf(name, written),
      ...(baseline === null ? {} : { baseline }),
      ...(about === undefined ? {} : { drift: about }),
    };
  });
}

/** An environment is protected unless its file says otherwise: what is left out must not open a database. */
function policyOf(name: string, written: WrittenEnvironment): EnvironmentPolicy {
  const isProtected = written.protected ?? true;
  const asked = approvalsOf(written.approvals, isProtected, anybodyWithWrite);
  const { separate, hotfix, promotion } = written;
  const label = hotfix?.label ?? 'hotfix';
  const approvals = hotfix === undefined || !isProtected ? asked : withHotfix(asked, hotfix, label);
  return {
    name,
    branch: written.branch ?? name,
    ...(written.after === undefined ? {} : { after: written.after }),
    ...(written.go_on === true ? { goesOn: true } : {}),
    protected: isProtected,
    promotesFrom: written.promotes_from ?? null,
    ...(written.soak === undefined ? {} : { soak: written.soak }),
    ...(promotion === undefined
      ? {}
      : {
          promotion: {
            automatic: promotion.automatic ?? false,
            carries: promotion.carries ?? 'branch',
          },
        }),
    ...(hotfix === undefined ? {} : { hotfix: { label } }),
    approvals,
    rollback: {
      required: written.rollback?.approvals ?? (isProtected ? 1 : 0),
      from: written.rollback?.from ?? namedIn(approvals),
    },
    ...(written.plan_expires === undefined ? {} : { planExpires: written.plan_expires }),
    ...(written.windows === undefined ? {} : { windows: written.windows }),
    ...(written.break_glass === undefined ? {} : { breakGlass: written.break_glass.from }),
    ...(separate === undefined
      ? {}
      : {
          separate: {
            approvingAndMerging: separate.approving_and_merging ?? false,
            writingAndConfirming: separate.writing_and_confirming ?? false,
          },
        }),
  };
}

/** What a hotfix needs is a condition like any other: what its label asks for stands beside the rest. */
function withHotfix(
  asked: ApprovalPolicy,
  { approvals, from }: NonNullable<WrittenEnvironment['hotfix']>,
  label: string,
): ApprovalPolicy {
  if (approvals === undefined && from === undefined) return asked;
  const rule = { kind: 'people' as const, required: approvals ?? 1, from: from ?? namedIn(asked) };
  return { ...asked, when: [...(asked.when ?? []), { when: { labels: [label] }, rule }] };
}

/** Who approves, without code owners: they are known for a pull request's paths alone. */
function namedIn(approvals: ApprovalPolicy): readonly Subject[] {
  const named = approversOf(approvals).filter(({ kind }) => kind !== 'code-owners');
  return named.length === 0 ? anybodyWithWrite : named;
}
