import type { Plan } from '../../domain/plan.ts';
import type { ApprovalPolicy, Condition, TeamSubject } from '../../domain/policy.ts';
import type { EnvironmentKey } from '../../domain/repository.ts';
import type { ChangeTraits } from '../../domain/traits.ts';
import { teamName } from '../../gate/words.ts';
import { commandsOf } from '../../hazards/commands.ts';
import { isSystemRelation, parseRelation } from '../../hazards/relations.ts';
import type { CodeHost, PullRequest } from '../../ports/code-host.ts';
import { TargetUnavailable } from '../../ports/target.ts';
import { rightsOf, type Freshness } from './rights-of.ts';
import type { Tools } from '../tools.ts';

export interface ChangeAsked {
  readonly key: EnvironmentKey;
  readonly policy: ApprovalPolicy;
  readonly plan: Plan;
  /** Null for what reached the branch without one. */
  readonly pullRequest: PullRequest | null;
  readonly freshness: Freshness;
  /** Paths beside the migrations' own: of the rules that it changes. */
  readonly changedRules: readonly string[];
}

/** What a change is like; what no condition of the policy asks for is not looked up. */
export async function traitsOf(
  host: CodeHost,
  tools: Pick<Tools, 'targets' | 'records' | 'clock'>,
  { key, policy, plan, pullRequest, freshness, changedRules }: ChangeAsked,
): Promise<ChangeTraits> {
  const known = await traitsOfPlan(policy, plan);
  return {
    ...known,
    rows: isAsked(policy, 'rowsOver') ? await rowsOf(key, known.tables, tools) : null,
    paths: [...known.paths, ...changedRules],
    labels: pullRequest?.labels ?? [],
    authorTeams: isAsked(policy, 'authorTeams')
      ? await teamsOfAuthor(host, tools, policy, pullRequest, freshness)
      : [],
  };
}

/** What the plan alone tells of it: neither rows nor labels nor its author. */
export async function traitsOfPlan(policy: ApprovalPolicy, plan: Plan): Promise<ChangeTraits> {
  const needsSql = (['tables', 'schemas', 'statements', 'rowsOver'] as const).some((part) =>
    isAsked(policy, part),
  );
  const { tables, statements } = needsSql ? await readStatements(plan) : { tables: [], statements: [] };
  return {
    hazards: plan.hazards.map(({ rule, severity }) => ({ rule, severity })),
    tables,
    rows: null,
    paths: plan.steps.map(({ path }) => path),
    labels: [],
    authorTeams: [],
    reversibility: plan.reversibility.map(({ verdict }) => verdict),
    statements,
    bringsWaiver: plan.hazards.some(({ waiver }) => waiver !== undefined),
  };
}

/** Whether a condition of the policy asks for that. */
export function isAsked({ when = [] }: ApprovalPolicy, part: keyof Condition): boolean {
  return when.some(({ when: condition }) => condition[part] !== undefined);
}

/** Locks that reading takes, also by a view's or a foreign key's check. */
const readingModes = new Set(['AccessShareLock', 'RowShareLock']);

async function readStatements(plan: Plan): Promise<Pick<ChangeTraits, 'tables' | 'statements'>> {
  const tables = new Set<string>();
  let statements: Set<string> | null = new Set();
  for (const { sql, locks } of plan.steps.flatMap((step) => step.statements)) {
    for (const { relation, mode } of locks) {
      const parsed = parseRelation(relation);
      if (!readingModes.has(mode) && !isSystemRelation(parsed)) tables.add(`${parsed.schema}.${parsed.name}`);
    }
    const found = await commandsOf(sql);
    if (found === null) statements = null;
    for (const command of found?.commands ?? []) statements?.add(command);
    for (const relation of found?.relations ?? []) tables.add(relation);
  }
  return { tables: [...tables], statements: statements === null ? null : [...statements] };
}

/** Null where the target could not be asked: the condition then counts as met. */
async function rowsOf(
  key: EnvironmentKey,
  tables: readonly string[],
  { targets }: Pick<Tools, 'targets'>,
): Promise<number | null> {
  if (!targets.has(key)) return null;
  try {
    const rows = await targets.estimateRows(key, tables.map(quotedRelation));
    return Math.max(0, ...rows.values());
  } catch (error) {
    if (error instanceof TargetUnavailable) return null;
    throw error;
  }
}

function quotedRelation(table: string): string {
  const dot = table.indexOf('.');
  return [table.slice(0, dot), table.slice(dot + 1)]
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
}

/** The teams of which the policy asks whether the author is of them. */
export function authorTeamsAsked({ when = [] }: ApprovalPolicy): readonly TeamSubject[] {
  return when.flatMap(({ when: { authorTeams = [] } }) => authorTeams);
}

async function teamsOfAuthor(
  host: CodeHost,
  tools: Pick<Tools, 'records' | 'clock'>,
  policy: ApprovalPolicy,
  pullRequest: PullRequest | null,
  freshness: Freshness,
): Promise<readonly string[]> {
  const asked = authorTeamsAsked(policy);
  // Nobody is known to have written what came without a pull request: it counts as by each of them.
  if (pullRequest === null) return asked.map(teamName);
  return (await rightsOf(host, tools, pullRequest.author, asked, freshness)).teams;
}
